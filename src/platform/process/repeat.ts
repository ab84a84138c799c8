const FIRST_MS = 1_000;

export type Repeated = { stop(): Promise<void> };

/** Repeats work, with a pause after each time. The first time comes soon. */
export function repeat(
  pauseMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = Promise.resolve();
  const attempt = async () => {
    try {
      await work();
    } catch (error) {
      if (!stopped) onError(error);
    }
  };
  const turn = () => {
    running = attempt().finally(() => {
      if (!stopped) timer = setTimeout(turn, pauseMs);
    });
    // An error that `onError` throws is dropped, and the next turn comes.
    running.catch(() => undefined);
  };
  // Not immediately: a starting program is busy and slow.
  timer = setTimeout(turn, Math.min(pauseMs, FIRST_MS));
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };
}
