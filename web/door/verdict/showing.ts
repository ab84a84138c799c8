import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { isBad, isOpen, type Scan } from '../scans/outbox.ts';

export type Showing = {
  /** The scan whose verdict covers the page. */
  key: ReadonlySignal<string | undefined>;
  show: (key: string) => void;
  /** Somebody has read what covers the page, or something else covers it. */
  next: () => void;
  close: () => void;
};

/**
 * Which scan's verdict covers the page. The next scan, or a press of *Next*, may come before a verdict: a bad one is shown
 * all the same, as soon as no other one has to be read. `isCovered`: something else is to be read first.
 */
export function createShowing(
  scans: ReadonlySignal<readonly Scan[]>,
  isCovered: ReadonlySignal<boolean>,
): Showing {
  const key = signal<string | undefined>(undefined);
  const unseen = new Set<string>();
  /** Was being checked when a bad verdict took its place. */
  let displaced: string | undefined;
  const close = effect(() => {
    const covering = scans.value.find((scan) => scan.key === key.value);
    for (const scan of scans.value) if (!isOpen(scan) && !isBad(scan)) unseen.delete(scan.key);
    if (isCovered.value) return;
    if (covering && covering.state !== 'sending') {
      unseen.delete(covering.key);
      return;
    }
    const bad = scans.value.findLast((scan) => unseen.has(scan.key) && isBad(scan));
    if (!bad) return;
    displaced = covering?.key;
    key.value = bad.key;
  });
  return {
    key,
    show(shown) {
      unseen.add(shown);
      displaced = undefined;
      key.value = shown;
    },
    next() {
      key.value = displaced;
      displaced = undefined;
    },
    close,
  };
}
