import type { Pool } from '../platform/database/db.ts';
import { incorrectPassword, invalidToken } from './errors.ts';
import type { Guesses } from './guesses.ts';
import type { Hasher } from './hashing.ts';
import { hashUnused, untilWritten } from './passwords.ts';
import { findPasswords, replacePassword } from './queries.ts';
import { deleteResetTokens } from './reset-tokens.ts';
import type { Sessions } from './sessions.ts';

export type PasswordNeeds = {
  pool: Pool;
  hasher: Hasher;
  guesses: Guesses;
  sessions: Pick<Sessions, 'forget'>;
};
export type PasswordChange = {
  username: string;
  /** The session of this request. It is the only session that stays valid. */
  sessionId: string | undefined;
  address: string;
  current: string;
  wanted: string;
};

/** Throws INCORRECT PASSWORD, PASSWORD_REUSE, RATE_LIMITED. */
export async function changePassword(needs: PasswordNeeds, change: PasswordChange): Promise<void> {
  const { pool, hasher, guesses, sessions } = needs;
  const { username, sessionId, address, current, wanted } = change;
  await untilWritten(async () => {
    const before = await findPasswords(pool, username);
    if (before === undefined) throw invalidToken();
    const right = await guesses.login({ account: username, address }, () =>
      hasher.matches(current, before.inUse),
    );
    if (!right) throw incorrectPassword();
    const replacement = {
      username,
      from: before.inUse,
      to: await hashUnused(hasher, wanted, before),
      sessionId,
    };
    return pool.transaction(async (tx) => {
      if (!(await replacePassword(tx, replacement))) return false;
      await deleteResetTokens(tx, username);
      return true;
    });
  });
  await sessions.forget(username);
}
