import {
  issueResetToken,
  RESET_TOKEN_SECONDS,
  userNotFound,
  type Guesses,
  type Hasher,
} from '../auth/auth.ts';
import type { Pool } from '../platform/database/db.ts';
import { customerNotFound, invalidAnswer, invalidSecurityAnswer } from './errors.ts';
import { findByEmail, findProfile, type Profile } from './queries.ts';

export type AnswerNeeds = { pool: Pool; hasher: Hasher; guesses: Guesses };
export type Answered = { answer: string; address: string };

/** A reset token, for the right answer. Throws USER_NOT_FOUND, INVALID_ANSWER, RATE_LIMITED. */
export async function verifyAnswer(needs: AnswerNeeds, { email, ...answered }: Answered & { email: string }) {
  const { pool, guesses } = needs;
  const customer = await findByEmail(pool, email);
  if (customer === undefined) {
    await guesses.stranger(email, answered.address);
    throw userNotFound();
  }
  if (!(await isRight(needs, customer, answered))) throw invalidAnswer();
  const token = await issueResetToken(pool, customer.username, customer.email);
  if (token === undefined) throw userNotFound();
  return { reset_token: token, expires_in_seconds: RESET_TOKEN_SECONDS };
}

/** The customer, if the security answer is right. Throws INVALID_SECURITY_ANSWER, RATE_LIMITED. */
export async function proveCustomer(
  needs: AnswerNeeds,
  { username, ...answered }: Answered & { username: string },
): Promise<Profile> {
  const customer = await findProfile(needs.pool, username);
  if (customer === undefined) throw customerNotFound();
  if (!(await isRight(needs, customer, answered))) throw invalidSecurityAnswer();
  return customer;
}

const isRight = (
  { hasher, guesses }: AnswerNeeds,
  { username, answerHash }: { username: string; answerHash: string },
  { answer, address }: Answered,
) => guesses.answer({ account: username, address }, () => hasher.matches(answer.trim(), answerHash));
