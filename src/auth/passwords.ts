import { unavailable } from '../platform/errors.ts';
import type { Rule } from '../platform/validation/fields.ts';
import { passwordReuse } from './errors.ts';
import { fits, type Hasher } from './hashing.ts';
import type { Passwords } from './queries.ts';

const SPECIALS = new Set('!@#$%^&*()-_+={}[]|\\:;"\'<>,.?/');
const message =
  'Password must be at least 8 characters with at least one uppercase letter and one special character';

export const isSpecial = (character: string) => SPECIALS.has(character);

/** A password that may be chosen: api.md, *Validation*. */
export const passwordRule: Rule = {
  message,
  test: (text) =>
    fits(text) &&
    Array.from(text).length >= 8 &&
    /\p{Lu}/u.test(text) &&
    /\p{Ll}/u.test(text) &&
    Array.from(text).some(isSpecial),
};
/** A password as it may have been chosen under earlier rules. */
export const knownPasswordRule: Rule = { message, test: fits };

/** The hash of a new password. Throws PASSWORD_REUSE where it is one of the last three, the one in use included. */
export async function hashUnused(hasher: Hasher, password: string, before: Passwords): Promise<string> {
  const lastThree = [...new Set([before.inUse, ...before.earlier])].slice(0, 3);
  for (const hash of lastThree) if (await hasher.matches(password, hash)) throw passwordReuse();
  return hasher.hash(password);
}

/**
 * Hashing takes too long to hold a row lock, so a check may be out of date when the new hash is written.
 * `attempt` then returns false, and the check runs again.
 */
export async function untilWritten(attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) if (await attempt()) return;
  throw unavailable();
}
