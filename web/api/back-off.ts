import type { Failure } from './failures.ts';

const SHORTEST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * The wait before the next try after this many failures in a row; random, so clients do not return all at
 * once.
 */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.max(0, failures - 1));
  return SHORTEST_MS + random() * (most - SHORTEST_MS);
}

/** The wait before the same request goes out again: what the server asked for, else longer with each try. */
export const waitAfterMs = (failure: Failure, tries: number): number =>
  (failure.kind === 'refused' && failure.retryAfterMs) || backOffMs(tries);

/** Waits, but not for longer than until the network is back or the page is looked at again. */
export function waitOrWake(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const wake = () => {
      clearTimeout(timer);
      done.abort();
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const options = { signal: done.signal };
    addEventListener('online', wake, options);
    addEventListener('pageshow', wake, options);
    signal?.addEventListener('abort', wake, options);
    if (signal?.aborted) wake();
  });
}
