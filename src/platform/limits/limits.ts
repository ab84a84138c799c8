import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, unavailable } from '../errors.ts';

/** At most this many failures under a key within this many seconds of the first; `most: 0` is no limit. */
export type FailureLimit = { key: string; most: number; seconds: number };
/** A guess under check. It counts as a failure until it ends. */
export type GuessUnderWay = { end(failed: boolean): Promise<void> };
/** `busy`: the limit is full only because of guesses under check, so it may be free in a moment. */
export type Admission = GuessUnderWay | 'busy' | { retryAfterSeconds: number };
/** Counts failures in this process, for a machine, or for all machines. */
export type FailureCounter = { admit(limits: readonly FailureLimit[]): Promise<Admission> };
export type Limits = {
  /**
   * Whether a guess at a secret is right, as `check` finds out. Only wrong guesses count. A guess under check
   * counts as wrong, so concurrent guesses cannot exceed a limit. Throws RATE_LIMITED before `check` is
   * called, and SERVICE_UNAVAILABLE if too many guesses are under check.
   */
  guess(limits: readonly FailureLimit[], check: () => Promise<boolean>): Promise<boolean>;
};

const LONGEST_WAIT_MS = 3_000;
const RETRY_MS = 40;
const MOST_WAITING = 200;

export function createLimits(counter: FailureCounter): Limits {
  let waiting = 0;

  // A right guess must not be refused because of other guesses under check, so it waits until they end.
  const admit = async (limits: readonly FailureLimit[]): Promise<GuessUnderWay> => {
    const giveUpAt = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      const admission = await counter.admit(limits);
      if (admission === 'busy') {
        if (waiting >= MOST_WAITING || performance.now() > giveUpAt) throw unavailable();
        waiting += 1;
        await sleep(RETRY_MS).finally(() => (waiting -= 1));
      } else if ('end' in admission) {
        return admission;
      } else {
        throw rateLimited(admission.retryAfterSeconds);
      }
    }
  };

  return {
    async guess(limits, check) {
      const active = limits.filter(({ most }) => most > 0);
      if (active.length === 0) return check();
      const guess = await admit(active);
      let failed = false;
      try {
        const right = await check();
        failed = !right;
        return right;
      } finally {
        // The result stands even if it cannot be counted.
        await guess.end(failed).catch(() => undefined);
      }
    },
  };
}

const rateLimited = (retryAfterSeconds: number) =>
  new Refusal(429, 'RATE_LIMITED', 'Too many attempts; try again later', { retryAfterSeconds });
