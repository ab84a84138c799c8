import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, unavailable } from '../errors.ts';

/** So many failures of `key` in so many seconds, counted from the first; a limit of 0 is off. */
export type Bucket = { key: string; limit: number; seconds: number };
/** An attempt that has begun and counts as long as its outcome is not known. */
export type Attempt = { settle(failed: boolean): Promise<void> };
/** Refused by failures, or `busy`: attempts under way would fill the limit if they failed. */
export type Entry = Attempt | 'busy' | { retryAfterSeconds: number };
/** Where failures are counted: in this process, for a machine, or for all machines. */
export type Counters = { enter(buckets: readonly Bucket[]): Promise<Entry> };
export type Limits = {
  /**
   * Whether a secret was guessed. Only what `check` says is wrong counts, and at once: attempts under way cannot slip
   * past a limit together. Throws RATE_LIMITED before `check` is asked, SERVICE_UNAVAILABLE when too many are asked.
   */
  guess(buckets: readonly Bucket[], check: () => Promise<boolean>): Promise<boolean>;
};

const PATIENCE_MS = 3_000;
const LOOK_AGAIN_MS = 40;
const MOST_WAITING = 200;

export function createLimits(counters: Counters): Limits {
  let waiting = 0;

  // Whoever is right is not refused because many are being checked: who finds the limit full of them waits a little.
  const enter = async (buckets: readonly Bucket[]): Promise<Attempt> => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const entry = await counters.enter(buckets);
      if (entry === 'busy') {
        if (waiting >= MOST_WAITING || performance.now() > giveUpAt) throw unavailable();
        waiting += 1;
        await sleep(LOOK_AGAIN_MS).finally(() => (waiting -= 1));
      } else if ('settle' in entry) {
        return entry;
      } else {
        throw rateLimited(entry.retryAfterSeconds);
      }
    }
  };

  return {
    async guess(buckets, check) {
      const watched = buckets.filter(({ limit }) => limit > 0);
      if (watched.length === 0) return check();
      const attempt = await enter(watched);
      let failed = false;
      try {
        const right = await check();
        failed = !right;
        return right;
      } finally {
        // What was found out stands, also where it cannot be counted.
        await attempt.settle(failed).catch(() => undefined);
      }
    },
  };
}

const rateLimited = (retryAfterSeconds: number) =>
  new Refusal(429, 'RATE_LIMITED', 'Too many attempts; try again later', { retryAfterSeconds });
