import { LRUCache } from 'lru-cache';
import type { FailureCounter, FailureLimit } from './limits.ts';

type Count = { failures: number; endsAt: number; underWay: number };

// About 45 MB. An address has a few hundred failures a minute, so it takes hundreds of addresses to push a key out.
const MOST_KEYS = 100_000;

/** Counts failures in this process. */
export function createMemoryCounter(): FailureCounter {
  const counts = new LRUCache<string, Count>({ max: MOST_KEYS });

  const currentCount = (key: string): Count => {
    const count = counts.get(key) ?? { failures: 0, endsAt: 0, underWay: 0 };
    if (count.endsAt <= performance.now()) count.failures = 0;
    counts.set(key, count);
    return count;
  };
  const end = ({ key, seconds }: FailureLimit, failed: boolean) => {
    const count = currentCount(key);
    count.underWay = Math.max(0, count.underWay - 1);
    if (!failed) return;
    if (count.failures === 0) count.endsAt = performance.now() + seconds * 1_000;
    count.failures += 1;
  };

  return {
    async admit(limits) {
      const found = limits.map(({ key, most }) => ({ count: currentCount(key), most }));
      const full = found.filter(({ count, most }) => count.failures >= most);
      if (full.length > 0) {
        const waitMs = Math.max(...full.map(({ count }) => count.endsAt)) - performance.now();
        return { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
      }
      if (found.some(({ count, most }) => count.failures + count.underWay >= most)) return 'busy';
      for (const { count } of found) count.underWay += 1;
      return {
        async end(failed) {
          for (const limit of limits) end(limit, failed);
        },
      };
    },
  };
}
