import { waitAfterMs } from './back-off.ts';
import { isRetryable, type Result } from './failures.ts';

export type Load<Data> = (id: number, signal: AbortSignal) => Promise<Result<Data>>;
const MOST_TRIES = 6;

type EachNeeds<Data> = {
  ids: readonly number[];
  load: Load<Data>;
  /** Called after each try: a failure may be followed by the data. */
  onResult: (id: number, result: Result<Data>) => void;
  wait: (ms: number, leaving: AbortSignal) => Promise<void>;
  leaving: AbortSignal;
};

/**
 * Loads what many rows show, one after the other: asked for together, they would meet the limit of requests for an address.
 * What a busy server refuses is loaded again.
 */
export async function loadEach<Data>({ ids, load, onResult, wait, leaving }: EachNeeds<Data>): Promise<void> {
  for (const id of ids) {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const result = await load(id, leaving);
      if (leaving.aborted) return;
      onResult(id, result);
      if (!result.failure || !isRetryable(result.failure)) break;
      await wait(waitAfterMs(result.failure, tries), leaving);
      if (leaving.aborted) return;
    }
  }
}
