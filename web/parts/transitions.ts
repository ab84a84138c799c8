import { options } from 'preact';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');
let shown = location.pathname;

/**
 * Fades from one page to the next where the browser can, and the reader does not mind motion. The address changes
 * before Preact draws, so the first drawing under another path is the next page.
 */
export function fadeBetweenPages(): void {
  options.debounceRendering = (draw) => {
    const drawNow = () => {
      shown = location.pathname;
      draw();
    };
    const isNext = location.pathname !== shown && !stillness.matches;
    if (!isNext || !('startViewTransition' in document)) queueMicrotask(drawNow);
    // A transition that is skipped, as in a hidden tab, has drawn the page all the same.
    else document.startViewTransition(drawNow).ready.catch(() => undefined);
  };
}
