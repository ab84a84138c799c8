import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../api/clock.ts';

const LOOK_MS = 30_000;

/** Now, on the server's clock; drawn again twice a minute. */
export function useNow(): number {
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((looks) => looks + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return serverNow();
}
