import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Scan } from './outbox.ts';
import { kindOf, type Verdict } from '../verdict/verdict.ts';

export type Late = { counts: Verdict['counts']; isOver: boolean };
export type LateAnswers = {
  /** Of the scans that waited, how many have which verdict; nothing as long as each verdict was seen when it came. */
  late: ReadonlySignal<Late | undefined>;
  clear: () => void;
  close: () => void;
};

/** Counts the answers that come late, until none is waited for; then the next ones are counted anew. */
export function createLateAnswers(
  scans: ReadonlySignal<readonly Scan[]>,
  shownKey: ReadonlySignal<string | undefined>,
): LateAnswers {
  const late = signal<Late | undefined>(undefined);
  const waiting = new Set<string>();
  let counts = { in: 0, already: 0, invalid: 0 };
  let isSeen = true;
  const close = effect(() => {
    for (const scan of scans.value) {
      if (scan.state === 'waiting') waiting.add(scan.key);
      else if (waiting.delete(scan.key)) {
        const kind = kindOf(scan);
        if (kind === 'in' || kind === 'already' || kind === 'invalid') counts[kind]++;
        isSeen &&= scan.key === shownKey.peek();
      }
    }
    const isOver = !scans.value.some(({ state }) => state === 'waiting');
    const { in: letIn, already, invalid } = counts;
    if (!isSeen && letIn + already + invalid > 0) late.value = { counts: { ...counts }, isOver };
    if (isOver) [counts, isSeen] = [{ in: 0, already: 0, invalid: 0 }, true];
  });
  return { late, clear: () => (late.value = undefined), close };
}
