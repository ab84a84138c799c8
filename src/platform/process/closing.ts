/** Collects how to close what was opened, and closes it in the opposite order. */
export function createClosing() {
  const closers: (() => Promise<unknown>)[] = [];
  return {
    owns<T>(owned: T, close: (owned: T) => Promise<unknown>): T {
      closers.unshift(() => close(owned));
      return owned;
    },
    async close(): Promise<void> {
      for (const closer of closers.splice(0)) await closer();
    },
  };
}

export type Closing = ReturnType<typeof createClosing>;
