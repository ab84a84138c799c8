import { deleteResetTokens } from '../auth/auth.ts';
import { isViolation, type Tx } from '../platform/database/db.ts';
import { UNIQUE_VIOLATION } from '../platform/database/db-errors.ts';
import { proveCustomer, type AnswerNeeds, type Answered } from './answers.ts';
import { customerNotFound, emailExists, numberExists } from './errors.ts';
import { keptName } from './names.ts';
import { lockContact, updateContact, type Contact } from './queries.ts';

/** Throws INVALID_SECURITY_ANSWER, EMAIL_EXISTS, NUMBER_EXISTS, RATE_LIMITED. */
export async function updateProfile(needs: AnswerNeeds, wish: Contact & Answered): Promise<Contact> {
  await proveCustomer(needs, wish);
  const { username, email, number } = wish;
  const contact = { username, name: keptName(wish.name), email, number };
  await needs.pool
    .transaction((tx) => change(tx, contact))
    .catch((error: unknown) => Promise.reject(whoWasFirst(error)));
  return contact;
}

async function change(tx: Tx, contact: Contact): Promise<void> {
  const faults = await lockContact(tx, contact);
  if (faults === undefined) throw customerNotFound();
  if (faults.emailTaken) throw emailExists();
  if (faults.numberTaken) throw numberExists();
  // A reset token belongs to its e-mail address, which may soon belong to another customer.
  if (faults.emailChanges) await deleteResetTokens(tx, contact.username);
  await updateContact(tx, contact);
  if (faults.emailChanges) await deleteResetTokens(tx, contact.username);
}

/** The refusal when two customers want the same value at the same moment. */
function whoWasFirst(error: unknown): unknown {
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_email_key')) return emailExists();
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_email_any_case_key')) return emailExists();
  if (isViolation(error, UNIQUE_VIOLATION, 'customertable_number_key')) return numberExists();
  return error;
}
