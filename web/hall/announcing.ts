import type { Change } from './live.ts';

const QUIET_MS = 20_000;

export type Summary = { taken: number; freed: number; left: number };
type Needs = {
  say: (summary: Summary) => void;
  now: () => number;
  later: (ms: number, act: () => void) => void;
};

/** Collects changes of the hall for screen readers: a summary at most every 20 s, none where they cancel out. */
export function createSummaries({
  say,
  now,
  later,
}: Needs): (changes: readonly Change[], left: number) => void {
  let before = new Map<string, boolean>();
  let after = new Map<string, boolean>();
  let left = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  let isPlanned = false;

  const tell = () => {
    isPlanned = false;
    const changed = [...after].filter(([number, isFree]) => before.get(number) !== isFree);
    before = new Map();
    after = new Map();
    if (changed.length === 0) return;
    saidAt = now();
    const freed = changed.filter(([, isFree]) => isFree).length;
    say({ taken: changed.length - freed, freed, left });
  };
  return (changes, leftNow) => {
    left = leftNow;
    for (const { number, from, to } of changes) {
      if (!before.has(number)) before.set(number, from === 'free');
      after.set(number, to === 'free');
    }
    if (isPlanned || changes.length === 0) return;
    isPlanned = true;
    later(Math.max(0, saidAt + QUIET_MS - now()), tell);
  };
}
