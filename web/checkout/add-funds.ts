import { backOffMs } from '../api/back-off.ts';
import type { Failure, Result } from '../api/failures.ts';
import { outcomeOf } from './outcome.ts';

type TopUpNeeds = {
  /** The request; always the same key and the same body. */
  send: () => Promise<Result<unknown>>;
  wait: (ms: number) => Promise<void>;
  /** Called after each request whose answer does not tell how it ended. */
  onLost: () => void;
  /** Whether the page was left: then nothing more is sent. */
  isLeft: () => boolean;
};
export type TopUpEnd =
  | { kind: 'done' }
  | { kind: 'not done'; failure: Failure; isDeclined: boolean }
  | { kind: 'unknown'; failure: Failure };

/**
 * Tops up once, however often the line breaks. There is no booking to look at: what the answers do not tell is not known.
 */
export async function topUp({ send, wait, onLost, isLeft }: TopUpNeeds): Promise<TopUpEnd> {
  for (let tries = 1; ; tries++) {
    const { failure } = await send();
    const outcome = failure && outcomeOf(failure);
    if (!outcome) return { kind: 'done' };
    if (outcome.kind === 'look' || outcome.kind === 'unknown') return { kind: 'unknown', failure };
    // Of an earlier request without an answer, a log-out tells nothing.
    if (outcome.kind === 'logged out' && tries > 1) return { kind: 'unknown', failure };
    if (outcome.kind !== 'send again')
      return { kind: 'not done', failure, isDeclined: outcome.kind === 'declined' };
    if (isLeft()) return { kind: 'unknown', failure };
    onLost();
    await wait(outcome.afterMs ?? backOffMs(tries));
    if (isLeft()) return { kind: 'unknown', failure };
  }
}
