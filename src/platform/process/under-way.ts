import { setTimeout as sleep } from 'node:timers/promises';

export type UnderWay = {
  /** Keeps the process from closing before this work has ended, even if its client has gone. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when all work has ended, or after `withinMs`. */
  drained(withinMs: number): Promise<void>;
};

export function createUnderWay(): UnderWay {
  const works = new Set<Promise<unknown>>();
  return {
    track(work) {
      works.add(work);
      const forget = () => void works.delete(work);
      work.then(forget, forget);
      return work;
    },
    async drained(withinMs) {
      const patience = new AbortController();
      const late = sleep(withinMs, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(works), late]);
      patience.abort();
    },
  };
}
