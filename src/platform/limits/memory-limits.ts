import { LRUCache } from 'lru-cache';
import type { Bucket, Counters } from './limits.ts';

type Count = { failures: number; endsAt: number; underWay: number };

// Some 20 MB. An address may fail a few hundred times a minute, so it takes hundreds of them to push others out.
const REMEMBERED = 100_000;

/** Counts in this process. */
export function createMemoryCounters(): Counters {
  const counts = new LRUCache<string, Count>({ max: REMEMBERED });

  const current = (key: string): Count => {
    const count = counts.get(key) ?? { failures: 0, endsAt: 0, underWay: 0 };
    if (count.endsAt <= performance.now()) count.failures = 0;
    counts.set(key, count);
    return count;
  };
  const settle = ({ key, seconds }: Bucket, failed: boolean) => {
    const count = current(key);
    count.underWay = Math.max(0, count.underWay - 1);
    if (!failed) return;
    if (count.failures === 0) count.endsAt = performance.now() + seconds * 1_000;
    count.failures += 1;
  };

  return {
    async enter(buckets) {
      const found = buckets.map(({ key, limit }) => ({ count: current(key), limit }));
      const full = found.filter(({ count, limit }) => count.failures >= limit);
      if (full.length > 0) {
        const waitMs = Math.max(...full.map(({ count }) => count.endsAt)) - performance.now();
        return { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
      }
      if (found.some(({ count, limit }) => count.failures + count.underWay >= limit)) return 'busy';
      for (const { count } of found) count.underWay += 1;
      return {
        async settle(failed) {
          for (const bucket of buckets) settle(bucket, failed);
        },
      };
    },
  };
}
