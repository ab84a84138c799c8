import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const USUAL = 640;

/** How wide an element is drawn, so that a picture inside keeps the size of its text. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(USUAL);
  useEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
