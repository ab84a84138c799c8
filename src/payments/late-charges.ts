import { execute, sql, type Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import { closeAttempt, reasonOf, type Attempt, type AttemptState } from './attempts.ts';
import { refusalOf, thisPaymentUnresolved } from './errors.ts';
import type { Outcome } from './outcome.ts';

/** What the client is told of a charge without its effect, and what the operator reads of it in the log. */
export type Unsettled = { kind: 'refused'; refusal: Refusal; alarm?: string };

/** Whether a charge has had its effect: from its own process (whose COMMIT was not answered), or an operator who knew it. */
export const isEffected = ({ status, transactionId }: AttemptState, outcome: Outcome) =>
  status === 'Completed' && outcome.kind === 'charged' && transactionId === outcome.transactionId;

/** Whether an operator has had his word on an attempt, or has it again. */
export const isOperators = ({ resolution, earlier }: AttemptState) => resolution !== null || earlier !== null;

/** A charge that has come back; `regain` takes the key of its request along, which an operator may have given free. */
type Returned = {
  attempt: Attempt;
  outcome: Outcome;
  order: { once: { regain(tx: Tx, attemptId: string): Promise<void> } };
};

/**
 * What becomes of a locked attempt that comes back when an operator has settled it. His word stands, but a charge that
 * he did not speak of opens the attempt again, as does one that may have been, where he had called it failed: it may be
 * the second one of what was paid anew meanwhile.
 */
export async function heedOperator(
  tx: Tx,
  { attempt, outcome, order: { once } }: Returned,
  { resolution, earlier, transactionId }: AttemptState,
): Promise<Unsettled> {
  if (outcome.kind === 'charged') {
    if (resolution !== null && transactionId === outcome.transactionId)
      return { kind: 'refused', refusal: refusalOf({ kind: 'declined' }) };
    await reopenAttempt(tx, attempt.id, { transactionId: outcome.transactionId, why: 'charged' });
    await once.regain(tx, attempt.attemptId);
    return {
      kind: 'refused',
      refusal: thisPaymentUnresolved(),
      alarm: 'charged after an operator had settled the attempt: reconcile it again',
    };
  }
  if (outcome.kind === 'unknown' && resolution === 'failed' && earlier === null) {
    // It may have been sent after he had looked, so what he saw at the gateway is not the last of it.
    await reopenAttempt(tx, attempt.id, { transactionId: null, why: reasonOf(outcome) });
    await once.regain(tx, attempt.attemptId);
    return {
      kind: 'refused',
      refusal: refusalOf(outcome),
      alarm: 'an operator called failed what may have charged since: reconcile it again',
    };
  }
  if (outcome.kind !== 'unknown') await noteUncharged(tx, attempt.id, outcome);
  if (outcome.kind === 'unknown' || resolution === 'failed')
    return { kind: 'refused', refusal: refusalOf(outcome) };
  return {
    kind: 'refused',
    refusal: thisPaymentUnresolved(),
    alarm: 'an operator settled as charged what charged nobody',
  };
}

/** Leaves a charge to the operator that could have no effect, and says why. */
export async function leaveToOperator(
  tx: Tx,
  id: number,
  outcome: Outcome,
  note: string,
): Promise<Unsettled> {
  await closeAttempt(tx, id, outcome, note);
  return { kind: 'refused', refusal: thisPaymentUnresolved(), alarm: 'charged but not confirmed' };
}

/** What an operator called failed need not be looked for any more. */
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

/** The operator's word is kept beside the charge: it may have filled a wallet or confirmed a booking. */
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
