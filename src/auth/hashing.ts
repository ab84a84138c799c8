import bcrypt from 'bcrypt';
import { availableParallelism } from 'node:os';
import { unavailable } from '../platform/errors.ts';

// A request that would wait longer gets a 503.
const LONGEST_WAIT_MS = 4_000;

export type Hasher = {
  hash(secret: string): Promise<string>;
  /** Whether the secret belongs to the hash; false at once for what bcrypt would cut. */
  matches(secret: string, hash: string): Promise<boolean>;
  /** Spends the time of a comparison. An unknown user then takes as long as a known one. */
  pretend(secret: string): Promise<false>;
  isWeaker(hash: string): boolean;
};

/** bcrypt on its library's threads, as many at once as there are cores; throws a 503 rather than queue for long. */
export function createHasher({ cost }: { cost: number }): Hasher {
  const queue = boundedQueue(availableParallelism());
  const decoy = bcrypt.hash('a password that nobody has', cost);
  const matches = async (secret: string, hash: string) =>
    queue.run(() => bcrypt.compare(fits(secret) ? secret : '', hash)).then((same) => same && fits(secret));
  return {
    hash: (secret) => queue.run(() => bcrypt.hash(secret, cost)),
    matches,
    pretend: async (secret) => {
      await matches(secret, await decoy);
      return false;
    },
    isWeaker: (hash) => costOf(hash) < cost,
  };
}

/** bcrypt reads 72 bytes and stops at a NUL: what is longer or has one would be another secret. */
export const fits = (secret: string) => Buffer.byteLength(secret) <= 72 && !secret.includes('\0');

const costOf = (hash: string) => Number(/^\$2[abxy]?\$(\d\d)\$/.exec(hash)?.[1] ?? 99);

function boundedQueue(width: number) {
  const queued: (() => void)[] = [];
  let running = 0;
  let typicalMs = 100;

  // The place goes directly to the next waiter, so a new request cannot take it in between.
  const place = async () => {
    if (running < width) {
      running += 1;
      return;
    }
    if ((queued.length * typicalMs) / width > LONGEST_WAIT_MS) throw unavailable();
    await new Promise<void>((resolve) => queued.push(resolve));
  };
  const leave = () => {
    const next = queued.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      await place();
      const startedAt = performance.now();
      try {
        return await work();
      } finally {
        typicalMs += (performance.now() - startedAt - typicalMs) / 8;
        leave();
      }
    },
  };
}
