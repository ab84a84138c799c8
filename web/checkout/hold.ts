import { waitAfterMs } from '../api/back-off.ts';
import { isRetryable, type Failure, type Result } from '../api/failures.ts';

type HoldNeeds<Held> = {
  /** The request; always the same key and the same seats. */
  send: () => Promise<Result<Held>>;
  wait: (ms: number) => Promise<void>;
  /** Called before each further try. */
  onRetry: () => void;
  /** Whether the page was left: then nothing more is sent. */
  isLeft: () => boolean;
};
const MOST_TRIES = 6;

/** Holds seats once, however often the line breaks. Gives up after some tries; then `isUncertain` tells what that means. */
export async function hold<Held>({ send, wait, onRetry, isLeft }: HoldNeeds<Held>): Promise<Result<Held>> {
  for (let tries = 1; ; tries++) {
    const result = await send();
    if (!result.failure || !isUncertain(result.failure) || tries === MOST_TRIES || isLeft()) return result;
    onRetry();
    await wait(waitAfterMs(result.failure, tries));
    if (isLeft()) return result;
  }
}

/** Whether the seats may be held all the same, or the same request may still hold them. */
export const isUncertain = (failure: Failure): boolean =>
  isRetryable(failure) || (failure.kind === 'refused' && failure.code === 'REQUEST_IN_PROGRESS');
