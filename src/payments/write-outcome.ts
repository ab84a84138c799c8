import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../database/db.ts';
import { Refusal, unavailable } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { UnderWay } from '../platform/under-way.ts';
import { closeAttempt, type Attempt } from './attempts.ts';
import type { Outcome } from './outcome.ts';

export type WriteNeeds = { pool: Pool; underWay: UnderWay; log: Log };
export type Charged = { attempt: Attempt; bookingId?: number; leaseSeconds: number; outcome: Outcome };

// A client whose charge cannot be written down waits no longer than this for the database to come back.
const PATIENCE_MS = 4_000;
const RETRY_MS = 250;
// Most often it is one connection that was lost, and the client may come again at once.
const TAKE_BACK_MS = 100;

/**
 * Writes down how a charge went. Nobody else knows it: it is tried until the lease ends, and if it could not be
 * written, attempt and transaction are in the log for the operator. The caller waits less long, and is told 503.
 */
export async function writeOutcome<T>(
  needs: WriteNeeds,
  charged: Charged,
  write: () => Promise<T>,
): Promise<T> {
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
    throw unavailable();
  });
  late.catch(() => undefined);
  const written = needs.underWay.track(untilWritten(needs, charged, write));
  return Promise.race([written, late]).finally(() => patience.abort());
}

async function untilWritten<T>(
  { pool, log }: WriteNeeds,
  charged: Charged,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await insist(charged.leaseSeconds, write);
  } catch (error) {
    log.error({ ...facts(charged), err: error }, 'the outcome of a charge could not be written');
    // What the database refuses (a wallet that is full) it may still take as something to reconcile.
    await closeAttempt(pool, charged.attempt.id, charged.outcome).catch(() => undefined);
    throw error;
  }
}

/** Tries again for so long while the database is busy or away. */
async function insist<T>(seconds: number, write: () => Promise<T>): Promise<T> {
  const givesUpAt = performance.now() + seconds * 1_000;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || performance.now() > givesUpAt) throw error;
      await sleep(RETRY_MS);
    }
  }
}

const isPassing = (error: unknown) => error instanceof Refusal && error.status === 503;

export type Begin<T> = {
  leaseSeconds: number;
  /** Calls `mark` when the attempt is written, before it is committed. */
  write: (mark: (attempt: Attempt) => void) => Promise<T>;
  takeBack: (attempt: Attempt) => Promise<void>;
};

/**
 * Begins an attempt. Where it is not known whether it was committed (the answer was lost), it is taken back as soon as
 * the database allows: nothing was sent, so it surely charged nobody.
 */
export async function beginAttempt<T>(
  { underWay, log }: WriteNeeds,
  { leaseSeconds, write, takeBack }: Begin<T>,
): Promise<T> {
  let marked: Attempt | undefined;
  try {
    return await write((attempt) => {
      marked = attempt;
    });
  } catch (error) {
    const attempt = marked;
    if (attempt && isPassing(error)) {
      const taken = insist(leaseSeconds, () => takeBack(attempt)).catch((fault: unknown) =>
        log.warn({ attempt: attempt.id, err: fault }, 'an attempt that was not sent could not be taken back'),
      );
      await Promise.race([underWay.track(taken), sleep(TAKE_BACK_MS)]);
    }
    throw error;
  }
}

/** What an operator needs to find the charge at the gateway. */
export const facts = ({ attempt, bookingId, outcome }: Charged) => ({
  attempt: attempt.id,
  attemptId: attempt.attemptId,
  bookingId,
  outcome: outcome.kind,
  ...(outcome.kind === 'charged' && { transactionId: outcome.transactionId }),
});
