export type Remembered<T> = {
  /** The last answer, or the coming one where there is none yet; rejects if that one fails. */
  get(): Promise<T>;
  /** A fresh answer if it comes soon, else the last one, if any; never rejects. */
  soon(): Promise<T | undefined>;
  /** The last answer, however old; none, or one too old, starts a refresh. */
  peek(): T | undefined;
};

type Terms = {
  /** For how long an answer counts as fresh. */
  seconds: number;
  /** For how long a reader who can do without waits for a fresh answer. */
  patienceMs: number;
  /** Told of a failure that follows a success or the start, not of each of a row. */
  onFirstFailure: (error: unknown) => void;
};

/** Keeps the last answer of `ask`, which is never asked twice at a time. */
export function remember<T>(
  ask: () => Promise<T>,
  { seconds, patienceMs, onFirstFailure }: Terms,
): Remembered<T> {
  let last: { value: T; freshUntil: number } | undefined;
  let underWay: Promise<T> | undefined;
  // Failing or overdue: who can do without a fresh answer does not wait for one.
  let suspect = false;
  let failing = false;

  const isFresh = () => last !== undefined && performance.now() < last.freshUntil;

  function refresh(): Promise<T> {
    underWay ??= ask()
      .then(keep, fail)
      .finally(() => {
        underWay = undefined;
      });
    // Where nobody waits for it, a failure has been told already.
    underWay.catch(() => undefined);
    return underWay;
  }

  function keep(value: T): T {
    last = { value, freshUntil: performance.now() + seconds * 1_000 };
    suspect = failing = false;
    return value;
  }

  function fail(error: unknown): never {
    if (!failing) onFirstFailure(error);
    suspect = failing = true;
    throw error;
  }

  async function soon(): Promise<T | undefined> {
    if (isFresh()) return last?.value;
    const fresh = refresh();
    if (suspect) return last?.value;
    return within<T | undefined>(patienceMs, fresh, () => {
      suspect = true;
      return last?.value;
    }).catch(() => last?.value);
  }

  return {
    get: async () => (last === undefined ? refresh() : ((await soon()) as T)),
    soon,
    peek() {
      if (!isFresh()) void refresh();
      return last?.value;
    },
  };
}

/** What `promise` comes to, or `otherwise()` if it has not settled after `ms` milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>, otherwise: () => T): Promise<T> {
  const { promise: overdue, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    return await Promise.race([promise, overdue.then(otherwise)]);
  } finally {
    clearTimeout(timer);
  }
}
