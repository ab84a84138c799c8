import type { Answers } from '../platform/process/machine.ts';

/** Counts the open streams of each user, kept by one process for all of its machine. */
export function createStreamCounts(): { answers: Answers; forgetAsker(asker: number): void } {
  const counts = new Map<string, number>();
  const byAsker = new Map<number, string[]>();

  const close = (username: string) => {
    const count = (counts.get(username) ?? 0) - 1;
    if (count > 0) counts.set(username, count);
    else counts.delete(username);
  };
  return {
    answers: {
      'stream opens': ({ username, most }: { username: string; most: number }, asker) => {
        const count = counts.get(username) ?? 0;
        if (count >= most) return false;
        counts.set(username, count + 1);
        byAsker.set(asker, [...(byAsker.get(asker) ?? []), username]);
        return true;
      },
      'stream closes': ({ username }: { username: string }, asker) => {
        const own = byAsker.get(asker) ?? [];
        const place = own.indexOf(username);
        if (place < 0) return;
        byAsker.set(asker, own.toSpliced(place, 1));
        close(username);
      },
    },
    /** A process that died takes its streams with it. */
    forgetAsker(asker) {
      for (const username of byAsker.get(asker) ?? []) close(username);
      byAsker.delete(asker);
    },
  };
}
