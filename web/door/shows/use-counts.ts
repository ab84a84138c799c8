import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { backOffMs, waitOrWake } from '../../api/back-off.ts';
import { serverNow } from '../../api/clock.ts';
import { countShow, type Counts } from '../../api/door-routes.ts';

export type Counting = { counts: Counts; at: number; isStale: boolean };

const EVERY_MS = 3_000;

/** Who is in, counted again every three seconds while the page is looked at, and when `turn` changes. */
export function useCounts(showId: number | undefined, turn: number): ReadonlySignal<Counting | undefined> {
  const counting = useSignal<Counting | undefined>(undefined);
  useEffect(() => {
    if (showId === undefined) return undefined;
    if (counting.peek()?.counts.show_id !== showId) counting.value = undefined;
    const leaving = new AbortController();
    void follow(showId, leaving.signal, (next) => {
      const before = counting.peek();
      if (next) counting.value = { counts: next, at: serverNow(), isStale: false };
      else if (before) counting.value = { ...before, isStale: true };
    });
    return () => leaving.abort();
  }, [showId, turn]);
  return counting;
}

async function follow(
  showId: number,
  signal: AbortSignal,
  onCounts: (counts: Counts | undefined) => void,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    if (!document.hidden) {
      const { data } = await countShow(showId, signal);
      if (signal.aborted) return;
      onCounts(data);
      failures = data ? 0 : failures + 1;
    }
    await waitOrWake(failures > 0 ? backOffMs(failures) : EVERY_MS, signal);
  }
}
