import { answering, type Answerer, type Question } from '../platform/process/machine.ts';

/** Whether one more stream of a user may open; at most `most` of the machine are open at once. */
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
    /** A process that died takes its streams with it. */
    forgetAsker(asker) {
      for (const username of byAsker.get(asker) ?? []) close(username);
      byAsker.delete(asker);
    },
  };
}
