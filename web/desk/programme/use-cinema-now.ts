import { useMemo } from 'preact/hooks';
import { useNow } from '../../parts/use-now.ts';
import { laterOn } from './week.ts';

/** The time on the cinema's clock, which it had when `read` was read; drawn again twice a minute. */
export function useCinemaNow(read: { now: string }): string {
  // The reader's clock may be wrong, but it tells how much time has gone by.
  const readAt = useMemo(() => Date.now(), [read]);
  useNow();
  return laterOn(read.now, Date.now() - readAt);
}
