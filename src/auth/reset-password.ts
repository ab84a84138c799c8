import type { Sql } from '../platform/database/db.ts';
import type { PasswordNeeds } from './change-password.ts';
import { invalidResetToken, userNotFound } from './errors.ts';
import { hashUnused, untilWritten } from './passwords.ts';
import { findPasswordsByEmail, replacePassword } from './queries.ts';
import { deleteResetTokens, hasResetToken, takeResetTokens } from './reset-tokens.ts';

export type Reset = { email: string; token: string; wanted: string; address: string };

/**
 * Sets a new password by a reset token, and ends every session. A wrong token deletes the customer's tokens; a password
 * that is refused does not. Throws USER_NOT_FOUND, INVALID_RESET_TOKEN, PASSWORD_REUSE, RATE_LIMITED.
 */
export async function resetPassword(needs: PasswordNeeds, reset: Reset): Promise<void> {
  const { pool, hasher, sessions } = needs;
  const username = await findOwner(needs, reset);
  await untilWritten(async () => {
    const before = await findPasswordsByEmail(pool, reset.email);
    if (before?.username !== username || !(await hasResetToken(pool, username, reset.token)))
      throw invalidResetToken();
    const replacement = { username, from: before.inUse, to: await hashUnused(hasher, reset.wanted, before) };
    return pool.transaction(async (tx) => {
      // Lock the user's row first, then the token, as a password change does. A second request waits and
      // finds neither.
      if (!(await replacePassword(tx, replacement))) return false;
      if (!(await takeResetTokens(tx, username, reset.token))) throw invalidResetToken();
      return true;
    });
  });
  await sessions.forget(username);
}

/** The customer who owns the e-mail address and the token. */
async function findOwner(
  { pool, guesses }: PasswordNeeds,
  { email, token, address }: Reset,
): Promise<string> {
  const owner = await findPasswordsByEmail(pool, email);
  if (owner === undefined) {
    await guesses.stranger(email, address);
    throw userNotFound();
  }
  const { username } = owner;
  const right = await guesses.reset({ account: username, address }, () => isRight(pool, username, token));
  if (!right) throw invalidResetToken();
  return username;
}

async function isRight(on: Sql, username: string, token: string): Promise<boolean> {
  const right = await hasResetToken(on, username, token);
  if (!right) await deleteResetTokens(on, username);
  return right;
}
