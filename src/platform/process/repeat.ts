const FIRST_MS = 1_000;

export type Repeated = { stop(): Promise<void> };

/** Does work again and again, each time so long after the last has ended; the first time soon. */
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
    // What `onError` throws is nobody's; the next turn comes all the same.
    running.catch(() => undefined);
  };
  // Not at once: a program that starts is busy, and would take its own slowness for trouble.
  timer = setTimeout(turn, Math.min(pauseMs, FIRST_MS));
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };
}
