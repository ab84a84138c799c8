import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, unavailable, uncertain } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { UnderWay } from '../platform/process/under-way.ts';
import type { Pool } from '../platform/database/db.ts';
import type { Attempt } from './attempts.ts';
import type { Unsettled } from './late-charges.ts';
import type { Lease } from './lease.ts';
import type { Outcome } from './outcome.ts';

export type WriteNeeds = { pool: Pool; underWay: UnderWay; log: Log };
export type UnwrittenCharge = { attempt: Attempt; bookingId?: number; lease: Lease; outcome: Outcome };
export type Writing<T> = {
  write: () => Promise<T | Unsettled>;
  /** Lists the charge for the operator, because the database refuses its effect. */
  leave: () => Promise<Unsettled>;
};

// A client waits at most this long for the database when the outcome of its charge cannot be written.
const PATIENCE_MS = 4_000;
const RETRY_MS = 250;
const LATE_RETRY_MS = 1_000;

/**
 * Writes the outcome of a charge. No other process knows it, so a successful charge is tried until it is
 * written, however long the database is away. When the lease is over, the log names attempt and transaction
 * for the operator. The client waits less long and gets a 503, which says that nothing happened only if the
 * charge surely failed.
 */
export async function writeOutcome<T>(
  needs: Pick<WriteNeeds, 'underWay' | 'log'>,
  charged: UnwrittenCharge,
  writing: Writing<T>,
): Promise<T | Unsettled> {
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
    throw unwritten(charged.outcome);
  });
  late.catch(() => undefined);
  const written = needs.underWay.track(untilWritten(needs.log, charged, writing));
  try {
    return await Promise.race([written, late]);
  } catch (error) {
    throw isUnavailable(error) ? unwritten(charged.outcome, error) : error;
  } finally {
    patience.abort();
  }
}

const unwritten = ({ kind }: Outcome, cause?: unknown) =>
  kind === 'charged' || kind === 'unknown' ? uncertain(cause) : unavailable(cause);

async function untilWritten<T>(
  log: Log,
  charged: UnwrittenCharge,
  { write, leave }: Writing<T>,
): Promise<T | Unsettled> {
  const isCharged = charged.outcome.kind === 'charged';
  const tell = (error: unknown) =>
    log.error({ ...facts(charged), err: error }, 'the outcome of a charge could not be written');
  const patience = { seconds: charged.lease.seconds, isEndless: isCharged, onLate: tell };
  try {
    return raise(log, charged, await retryWhileUnavailable(patience, write));
  } catch (error) {
    tell(error);
    if (!isCharged) throw error;
    return raise(log, charged, await retryWhileUnavailable(patience, leave));
  }
}

/** Logs an alarm if only an operator can put the charge right. */
function raise<T>(log: Log, charged: UnwrittenCharge, settled: T | Unsettled): T | Unsettled {
  if (isUnsettled(settled) && settled.alarm !== undefined) log.error(facts(charged), settled.alarm);
  return settled;
}

const isUnsettled = (settled: unknown): settled is Unsettled =>
  typeof settled === 'object' && settled !== null && 'kind' in settled && settled.kind === 'refused';

type Patience = { seconds: number; isEndless?: boolean; onLate?: (error: unknown) => void };

/**
 * Tries again while the database is busy or away, for this many seconds after the first failure, so a process
 * that stood still also tries again. With `isEndless` it goes on after that, at longer intervals and without
 * an end.
 */
export async function retryWhileUnavailable<T>(
  { seconds, isEndless = false, onLate }: Patience,
  write: () => Promise<T>,
): Promise<T> {
  let givesUpAt: number | undefined;
  let isLate = false;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      givesUpAt ??= performance.now() + seconds * 1_000;
      if (performance.now() > givesUpAt) {
        if (!isEndless) throw error;
        if (!isLate) onLate?.(error);
        isLate = true;
      }
      await sleep(isLate ? LATE_RETRY_MS : RETRY_MS, undefined, { ref: !isLate });
    }
  }
}

export const isUnavailable = (error: unknown) => error instanceof Refusal && error.status === 503;

/** What an operator needs to find the charge at the gateway. */
const facts = ({ attempt, bookingId, outcome }: UnwrittenCharge) => ({
  attempt: attempt.id,
  attemptId: attempt.attemptId,
  bookingId,
  outcome: outcome.kind,
  ...(outcome.kind === 'charged' && { transactionId: outcome.transactionId }),
});
