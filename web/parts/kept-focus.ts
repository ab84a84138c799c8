import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const CONTROLS = 'a[href], button, input, select';

/**
 * For a part of the page whose controls come and go. Where a change takes the focused one away, the focus goes to the one that
 * stands in its place or was last, else to the part itself (`tabIndex={-1}`), and not to the beginning of the page.
 */
export function useKeptFocus<Part extends HTMLElement>(): RefObject<Part | null> {
  const part = useRef<Part>(null);
  const controls = () => [...(part.current?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
  // Before this drawing changes anything.
  const at = controls().findIndex((control) => control === document.activeElement);
  useLayoutEffect(() => {
    if (at < 0 || document.activeElement !== document.body) return;
    const left = controls();
    const next = at === left.length ? left.at(-1) : left[at];
    (next ?? part.current)?.focus({ preventScroll: true });
  });
  return part;
}
