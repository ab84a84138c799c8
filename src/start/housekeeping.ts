import { sweepEndedSessions, sweepResetTokens } from '../auth/auth.ts';
import { sweepKeys } from '../idempotency/idempotency.ts';
import { findAll } from '../checkout/checkout.ts';
import { doParts } from '../platform/database/sweep.ts';
import { repeat } from '../platform/process/repeat.ts';
import type { Foundation } from './foundation.ts';

const HOUSEKEEPING_MS = 60_000;
const CHECKED_HOURS = 24;
// The check reads all sales of a day. Sales notice one that takes more of the time.
const MOST_SHARE_OF_TIME = 1 / 200;

/**
 * Every minute: deletes what was kept for a time, and checks whether money and seats of the last day add up. A check that
 * takes long comes less often.
 */
export function startHousekeeping({ log, pool, reports, businessMetrics, closing }: Foundation): void {
  const check = async () => {
    const { attempts, wallets, bookings, seats } = await findAll(reports, CHECKED_HOURS);
    businessMetrics.found({
      attempts: attempts.length,
      wallets: wallets.length,
      bookings: bookings.length,
      seats: seats.length,
    });
  };
  const chores = {
    keys: () => sweepKeys(pool, log),
    'reset tokens': () => sweepResetTokens(pool, log),
    'ended sessions': () => sweepEndedSessions(pool, log),
    findings: createPaced(check, MOST_SHARE_OF_TIME),
  };
  const doChores = () =>
    doParts(chores, (part, error) => {
      log.warn({ err: error, part }, 'a part of the housekeeping failed; tried again in a minute');
      businessMetrics.choreFailed(part);
    });
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'the housekeeping failed; tried again in a minute');
  closing.owns(repeat(HOUSEKEEPING_MS, doChores, onError), (repeated) => repeated.stop());
}

/** Skips the work for as long as it would take more than this share of the time. */
export function createPaced(work: () => Promise<void>, mostShare: number): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const startedAt = performance.now();
    if (startedAt < nextAt) return;
    try {
      await work();
    } finally {
      nextAt = startedAt + (performance.now() - startedAt) / mostShare;
    }
  };
}
