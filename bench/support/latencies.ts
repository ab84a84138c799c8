export type Latencies = {
  add(milliseconds: number): void;
  count(): number;
  /** The upper end of the bucket in which the share lies, at most 5 % above the true one. */
  percentile(share: number): number;
};

const STEP = 1.05;
const LEAST_MS = 0.05;

/** Counts in buckets of five per cent, so that ten minutes take no more memory than a second. */
export function createLatencies(): Latencies {
  const buckets: number[] = [];
  let count = 0;
  return {
    add(milliseconds) {
      const place = Math.max(0, Math.ceil(Math.log(milliseconds / LEAST_MS) / Math.log(STEP)));
      buckets[place] = (buckets[place] ?? 0) + 1;
      count += 1;
    },
    count: () => count,
    percentile(share) {
      let before = 0;
      for (const [place, inIt = 0] of buckets.entries()) {
        before += inIt;
        if (before >= count * share) return LEAST_MS * STEP ** place;
      }
      return Number.NaN;
    },
  };
}
