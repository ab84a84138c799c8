import { sql, type Statement } from '../platform/database/db.ts';
import type { Rule } from '../platform/validation/fields.ts';

const LONGEST_EMAIL = 255;
// Linear on any text: no repetition within a repetition, and the text is short.
const ATOM = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u;
const LABEL = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_~-]*$/u;
const TOP_LABEL = /^\p{L}[\p{L}\p{M}\p{N}_~-]*$/u;

/** An address as browsers and mail servers write it: dotted atoms, an @, a host name with a dot. */
export const emailRule: Rule = { message: 'Invalid email format', test: isEmail };

function isEmail(text: string): boolean {
  if (text.length > 2 * LONGEST_EMAIL || Array.from(text).length > LONGEST_EMAIL) return false;
  const at = text.lastIndexOf('@');
  const atoms = text.slice(0, Math.max(0, at)).split('.');
  const labels = text.slice(at + 1).split('.');
  const top = labels.at(-1) ?? '';
  return (
    atoms.every((atom) => ATOM.test(atom)) &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label) && !label.endsWith('-')) &&
    TOP_LABEL.test(top)
  );
}

/**
 * The username of the customer with this address. Case does not count: the database folds both sides
 * (migration 39). Older accounts may share an address in different cases; then the account with the exact
 * spelling is taken, else the oldest.
 */
export const ownerOf = (email: string): Statement => sql`(
    select owner.username
    from customertable owner
    join usertable account on account.username = owner.username
    where email_key(owner.email) = email_key(${email})
    order by owner.email <> ${email}, account.created_at nulls first, owner.id
    limit 1
  )`;
