import { answering, type Answerer, type Question } from '../platform/process/machine.ts';

/** Whether a user may open one more stream; at most `most` are open at once on the machine. */
export const STREAM_OPENS: Question<{ username: string; most: number }, boolean> = {
  name: 'stream opens',
  isInput: (asked): asked is { username: string; most: number } =>
    hasUsername(asked) && 'most' in asked && typeof asked.most === 'number',
  isAnswer: (answer) => typeof answer === 'boolean',
};
export const STREAM_CLOSES: Question<{ username: string }, undefined> = {
  name: 'stream closes',
  isInput: hasUsername,
  isAnswer: (answer) => answer === undefined,
};

function hasUsername(asked: unknown): asked is { username: string } {
  return (
    typeof asked === 'object' && asked !== null && 'username' in asked && typeof asked.username === 'string'
  );
}

export type StreamCounts = { answerers: Answerer[]; forgetAsker(asker: number): void };

/** Counts the open streams of each user, kept by one process for all of its machine. */
export function createStreamCounts(): StreamCounts {
  const counts = new Map<string, number>();
  const byAsker = new Map<number, string[]>();

  const close = (username: string) => {
    const count = (counts.get(username) ?? 0) - 1;
    if (count > 0) counts.set(username, count);
    else counts.delete(username);
  };
  return {
    answerers: [
      answering(STREAM_OPENS, ({ username, most }, asker) => {
        const count = counts.get(username) ?? 0;
        if (count >= most) return false;
        counts.set(username, count + 1);
        byAsker.set(asker, [...(byAsker.get(asker) ?? []), username]);
        return true;
      }),
      answering(STREAM_CLOSES, ({ username }, asker) => {
        const own = byAsker.get(asker) ?? [];
        const place = own.indexOf(username);
        if (place < 0) return undefined;
        byAsker.set(asker, own.toSpliced(place, 1));
        close(username);
        return undefined;
      }),
    ],
    /** The streams of a dead process no longer count. */
    forgetAsker(asker) {
      for (const username of byAsker.get(asker) ?? []) close(username);
      byAsker.delete(asker);
    },
  };
}
