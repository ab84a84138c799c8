import { execute, sql, type Tx } from '../platform/database/db.ts';
import type { Attempt, Purpose } from './attempts.ts';
import { paymentUnresolved, refusalOfOutcome } from './errors.ts';
import type { Unsettled } from './late-charges.ts';
import type { Outcome } from './outcome.ts';

export type LostAttempt = {
  attempt: Attempt;
  outcome: Outcome;
  purpose: Purpose;
  username: string;
  amount: string;
  bookingId?: number;
};

/**
 * Lists a charge whose attempt is no longer in the database: a fail-over or a restore lost it, and its
 * booking, during the request to the gateway. If it runs again because the answer to COMMIT was lost, it
 * writes nothing.
 */
export async function listLostAttempt(tx: Tx, lost: LostAttempt): Promise<Unsettled> {
  const { attempt, outcome, purpose, username, amount, bookingId = null } = lost;
  if (outcome.kind !== 'charged' && outcome.kind !== 'unknown')
    return { kind: 'refused', refusal: refusalOfOutcome(outcome) };
  const transactionId = outcome.kind === 'charged' ? outcome.transactionId : null;
  await execute(
    tx,
    sql`
    insert into payment_transaction (attempt_id, original_booking_id, show_id, customer_username, purpose, payment_method,
      amount, status, transaction_id, reason)
    values (${attempt.attemptId}, ${bookingId}, ${attempt.showId ?? null}, ${username}, ${purpose}, 'Card',
      ${amount}, 'Unknown', ${transactionId}, 'the database had lost the attempt')
    on conflict (attempt_id) do nothing`,
  );
  return {
    kind: 'refused',
    refusal: outcome.kind === 'charged' ? paymentUnresolved() : refusalOfOutcome(outcome),
    alarm: 'the database had lost the attempt of a charge: it is listed anew',
  };
}
