import { backOffMs } from '../api/back-off.ts';
import { isRetryable, type Failure, type Result } from '../api/failures.ts';

type HoldNeeds<Held> = {
  /** The request; always the same key and the same seats. */
  send: () => Promise<Result<Held>>;
  wait: (ms: number) => Promise<void>;
  /** Called before each further try. */
  onRetry: () => void;
};
const MOST_TRIES = 6;

/** Holds seats once, however often the line breaks. Gives up after some tries: the seats are then free or in *Bookings*. */
export async function hold<Held>({ send, wait, onRetry }: HoldNeeds<Held>): Promise<Result<Held>> {
  for (let tries = 1; ; tries++) {
    const result = await send();
    if (!result.failure || !mayPass(result.failure) || tries === MOST_TRIES) return result;
    onRetry();
    await wait(waitMs(result.failure, tries));
  }
}

const mayPass = (failure: Failure): boolean =>
  isRetryable(failure) || (failure.kind === 'refused' && failure.code === 'REQUEST_IN_PROGRESS');

const waitMs = (failure: Failure, tries: number): number =>
  (failure.kind === 'refused' && failure.retryAfterMs) || backOffMs(tries);
