import type { Sql } from '../platform/database/db.ts';
import { isReadable } from '../platform/validation/readable.ts';
import { invalidCredentials } from './errors.ts';
import type { Guesses } from './guesses.ts';
import type { Hasher } from './hashing.ts';
import { findCredentials, updateHash, type Credentials } from './queries.ts';
import type { Tokens } from './tokens.ts';

export type LoginNeeds = { pool: Sql; hasher: Hasher; tokens: Tokens; guesses: Guesses };
export type LoginAttempt = { username: string; password: string; address: string };

/** A token, for the right password. Throws INVALID_CREDENTIALS, after the same time for unknown users too; RATE_LIMITED. */
export async function login(needs: LoginNeeds, { username, password, address }: LoginAttempt) {
  const { pool, hasher, tokens, guesses } = needs;
  const user = isReadable(username) ? await findCredentials(pool, username) : undefined;
  const right = await guesses.login({ account: username, address }, () =>
    user ? hasher.matches(password, user.passwordHash) : hasher.pretend(password),
  );
  if (!user || !right) throw invalidCredentials();
  // A login succeeds even where its hash cannot be renewed now; the next login tries again.
  if (hasher.isWeaker(user.passwordHash)) await renewHash(needs, user, password).catch(() => undefined);
  return { user: { username: user.username, role: user.role }, token: tokens.issue(user) };
}

async function renewHash({ pool, hasher }: LoginNeeds, user: Credentials, password: string): Promise<void> {
  await updateHash(pool, user.username, user.passwordHash, await hasher.hash(password));
}
