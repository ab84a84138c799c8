import { execute, sql, type Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import { closeAttempt, reasonOf, type Attempt, type AttemptState } from './attempts.ts';
import { refusalOfOutcome, thisPaymentUnresolved } from './errors.ts';
import type { Outcome } from './outcome.ts';

/** The refusal for a charge without its effect, and the line that the operator reads in the log. */
export type Unsettled = { kind: 'refused'; refusal: Refusal; alarm?: string };

/**
 * Whether a charge has had its effect: its own process wrote it (and the answer to COMMIT was lost), or an
 * operator who knew the charge did.
 */
export const hasTakenEffect = ({ status, transactionId }: AttemptState, outcome: Outcome) =>
  status === 'Completed' && outcome.kind === 'charged' && transactionId === outcome.transactionId;

/** Whether an operator has resolved an attempt, or must resolve it again. */
export const isResolvedByOperator = ({ resolution, earlier }: AttemptState) =>
  resolution !== null || earlier !== null;

/**
 * A charge whose outcome has arrived. `regain` claims the key of its request again, which an operator may
 * have freed.
 */
type Returned = {
  attempt: Attempt;
  outcome: Outcome;
  once: { regain(tx: Tx, attemptId: string): Promise<void> };
};

/**
 * Records an outcome that arrives after an operator has resolved the attempt (which is locked). The
 * resolution stands, with two exceptions that open the attempt again: a charge with a transaction that the
 * operator did not know, and an unknown outcome of an attempt that the operator called failed. Either may be
 * a second charge for something that was paid again meanwhile.
 */
export async function recordLateOutcome(
  tx: Tx,
  { attempt, outcome, once }: Returned,
  { resolution, earlier, transactionId }: AttemptState,
): Promise<Unsettled> {
  if (outcome.kind === 'charged') {
    if (resolution !== null && transactionId === outcome.transactionId)
      return { kind: 'refused', refusal: refusalOfOutcome({ kind: 'declined' }) };
    await reopenAttempt(tx, attempt.id, { transactionId: outcome.transactionId, why: 'charged' });
    await once.regain(tx, attempt.attemptId);
    return {
      kind: 'refused',
      refusal: thisPaymentUnresolved(),
      alarm: 'charged after an operator had settled the attempt: reconcile it again',
    };
  }
  if (outcome.kind === 'unknown' && resolution === 'failed' && earlier === null) {
    // The charge may have been sent after the operator looked at the gateway, so it may have succeeded since.
    await reopenAttempt(tx, attempt.id, { transactionId: null, why: reasonOf(outcome) });
    await once.regain(tx, attempt.attemptId);
    return {
      kind: 'refused',
      refusal: refusalOfOutcome(outcome),
      alarm: 'an operator called failed what may have charged since: reconcile it again',
    };
  }
  if (outcome.kind !== 'unknown') await noteUncharged(tx, attempt.id, outcome);
  if (outcome.kind === 'unknown' || resolution === 'failed')
    return { kind: 'refused', refusal: refusalOfOutcome(outcome) };
  return {
    kind: 'refused',
    refusal: thisPaymentUnresolved(),
    alarm: 'an operator settled as charged what charged nobody',
  };
}

/** Leaves a charge without an effect to the operator, and says why. */
export async function leaveToOperator(
  tx: Tx,
  id: number,
  outcome: Outcome,
  note: string,
): Promise<Unsettled> {
  await closeAttempt(tx, id, outcome, note);
  return { kind: 'refused', refusal: thisPaymentUnresolved(), alarm: 'charged but not confirmed' };
}

/** Records that an attempt surely charged nobody, so a search for a late charge can stop. */
async function noteUncharged(tx: Tx, id: number, outcome: Outcome): Promise<void> {
  await execute(
    tx,
    sql`
    update payment_transaction
    set reason = ${reasonOf(outcome)}
    where id = ${id}
      and resolution is not null`,
  );
}

/**
 * The earlier resolution is kept beside the charge, because it may have credited a wallet or confirmed a
 * booking.
 */
async function reopenAttempt(
  tx: Tx,
  id: number,
  { transactionId, why }: { transactionId: string | null; why: string },
): Promise<void> {
  await execute(
    tx,
    sql`
    update payment_transaction
    set status = 'Unknown',
      resolution = null,
      earlier_resolution = resolution,
      earlier_transaction_id = nullif(transaction_id, attempt_id::text),
      transaction_id = ${transactionId}::text,
      reason = concat_ws('; ', reason, ${`${why} after it was settled: `}::text || resolution || coalesce(' ' || transaction_id, '')),
      lease_until = null,
      processed_at = clock_timestamp()
    where id = ${id}
      and resolution is not null`,
  );
}
