import { LRUCache } from 'lru-cache';

export type StaleCache<T> = {
  /** The value; an old one while no fresh one can be read. Rejects where there is none and it cannot be read. */
  get(key: string): Promise<T>;
  /** The same, but undefined where there is no value and none comes soon. Never rejects. */
  getSoon(key: string): Promise<T | undefined>;
  /** The last value, however old. Starts a read where it is old or missing. */
  peek(key: string): T | undefined;
  keys(): Iterable<string>;
};

export type StaleCacheSettings<T> = {
  read: (key: string) => Promise<T>;
  freshSeconds: number;
  mostKeys: number;
  /** How long a reader that has an old value waits for a fresh one. */
  waitMs: number;
  /** Called for the first of several failures in a row. */
  onFirstFailure: (error: unknown) => void;
};

/** A cache whose values serve on while they cannot be read again. A key is read once at a time, however many want it. */
export function createStaleCache<T>(settings: StaleCacheSettings<T>): StaleCache<T> {
  const { read, freshSeconds, mostKeys, waitMs, onFirstFailure } = settings;
  // Keys whose last read failed or takes long. A reader that has an old value of them does not wait.
  const troubled = new LRUCache<string, 'slow' | 'failing'>({ max: mostKeys });

  const cache = new LRUCache<string, { value: T; freshUntil: number }>({
    max: mostKeys,
    noDeleteOnFetchRejection: true,
    ignoreFetchAbort: true,
    async fetchMethod(key) {
      try {
        const value = await read(key);
        troubled.delete(key);
        return { value, freshUntil: performance.now() + freshSeconds * 1_000 };
      } catch (error) {
        if (troubled.get(key) !== 'failing') onFirstFailure(error);
        troubled.set(key, 'failing');
        throw error;
      }
    },
  });

  async function refresh(key: string): Promise<T> {
    const entry = await cache.fetch(key, { forceRefresh: true });
    if (entry === undefined) throw new Error('the cache gave a read up');
    return entry.value;
  }
  const last = (key: string) => cache.peek(key)?.value;
  const isFresh = (key: string) => performance.now() < (cache.peek(key)?.freshUntil ?? 0);

  async function getSoon(key: string): Promise<T | undefined> {
    if (isFresh(key)) return last(key);
    const fresh = refresh(key).catch(() => last(key));
    if (troubled.has(key)) return last(key);
    return within<T | undefined>(waitMs, fresh, () => {
      troubled.set(key, 'slow');
      return last(key);
    });
  }

  return {
    getSoon,
    get: async (key) => (cache.peek(key) === undefined ? refresh(key) : ((await getSoon(key)) as T)),
    peek(key) {
      if (!isFresh(key)) void refresh(key).catch(() => undefined);
      return last(key);
    },
    keys: () => cache.keys(),
  };
}

/** What `promise` comes to, or `otherwise()` if it has not settled after `ms` milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>, otherwise: () => T): Promise<T> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    return await Promise.race([promise, late.then(otherwise)]);
  } finally {
    clearTimeout(timer);
  }
}
