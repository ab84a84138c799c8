import { useEffect } from 'preact/hooks';

const EVERY_MS = 60_000;

/** Reads again each minute, and when the page is looked at again: shows start, days end and shows are added while it stands open. */
export function useReadAgain(read: () => void): void {
  useEffect(() => {
    const look = () => {
      if (!document.hidden) read();
    };
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [read]);
}
