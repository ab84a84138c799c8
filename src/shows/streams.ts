import { answering, type Answerer, type Question } from '../platform/process/machine.ts';

/** Names a stream of the asking process. */
type StreamId = { id: number };

/** Whether a user may open one more stream; at most `most` are open at once on the machine. */
export const STREAM_OPENS: Question<StreamId & { username: string; most: number }, boolean> = {
  name: 'stream opens',
  isInput: (asked): asked is StreamId & { username: string; most: number } =>
    hasId(asked) &&
    'username' in asked &&
    typeof asked.username === 'string' &&
    'most' in asked &&
    typeof asked.most === 'number',
  isAnswer: (answer) => typeof answer === 'boolean',
};
/** Of a stream that was not allowed, this changes nothing. */
export const STREAM_CLOSES: Question<StreamId, undefined> = {
  name: 'stream closes',
  isInput: hasId,
  isAnswer: (answer) => answer === undefined,
};

function hasId(asked: unknown): asked is StreamId {
  return typeof asked === 'object' && asked !== null && 'id' in asked && typeof asked.id === 'number';
}

export type StreamCounts = { answerers: Answerer[]; forgetAsker(asker: number): void };

/** Counts the open streams of each user, kept by one process for all of its machine. */
export function createStreamCounts(): StreamCounts {
  const counts = new Map<string, number>();
  const byAsker = new Map<number, Map<number, string>>();

  const close = (username: string) => {
    const count = (counts.get(username) ?? 0) - 1;
    if (count > 0) counts.set(username, count);
    else counts.delete(username);
  };
  return {
    answerers: [
      answering(STREAM_OPENS, ({ id, username, most }, asker) => {
        const count = counts.get(username) ?? 0;
        if (count >= most) return false;
        counts.set(username, count + 1);
        byAsker.set(asker, (byAsker.get(asker) ?? new Map<number, string>()).set(id, username));
        return true;
      }),
      answering(STREAM_CLOSES, ({ id }, asker) => {
        const own = byAsker.get(asker);
        const username = own?.get(id);
        own?.delete(id);
        if (username !== undefined) close(username);
        return undefined;
      }),
    ],
    /** The streams of a dead process no longer count. */
    forgetAsker(asker) {
      for (const username of byAsker.get(asker)?.values() ?? []) close(username);
      byAsker.delete(asker);
    },
  };
}
