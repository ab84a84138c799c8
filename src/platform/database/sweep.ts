import type { Log } from '../log.ts';
import { isOfStatement } from './db-errors.ts';
import { sql, type Statement } from './db.ts';

/** Of the rows that are due at most so many and none of `except`; where `only` are given, of these alone. */
export type Which<Key> = { only: readonly Key[] | null; except: readonly Key[]; atMost: number };
/** How many rows a batch met, what it did, and which of them it left, as others have them locked. */
export type Batch<Key, Done> = { met: number; done: readonly Done[]; left: readonly Key[] };

/** Something that is cleaned up again and again, batch after batch, and never waits for a lock. */
export type Chore<Key, Done> = {
  name: string;
  /** In one batch, which is one statement. */
  atMost: number;
  clean(which: Which<Key>): Promise<Batch<Key, Done>>;
  /** Rows that are due; asked for where a batch of them failed. */
  list(which: Which<Key>): Promise<Key[]>;
};

/** The condition that a row is one of these, by its id. */
export const among = (id: Statement, { only, except }: Which<number>): Statement => sql`
  (${only}::bigint[] is null or ${id} = any (${only}::bigint[]))
        and ${id} <> all (${except}::bigint[])`;

/** The same by the place of its row, for a table that has no single id. */
export const amongPlaces = (row: Statement, { only, except }: Which<string>): Statement => sql`
  (${only}::tid[] is null or ${row} = any (${only}::tid[]))
        and ${row} <> all (${except}::tid[])`;

// What fails is tried again after this time; until then it costs the others nothing.
const ASIDE_MS = 60_000;
const MOST_NAMED = 20;

export type SweepNeeds<Done> = { log?: Pick<Log, 'error'>; onDone?: (done: readonly Done[]) => void };

/**
 * Does a chore until nothing is due that can be done. What is locked is passed by, however much of it there is. Where a
 * batch fails its rows are done in halves, so that a row that fails fails alone; it is told and left aside for a
 * minute. Gives the number of what was done. Throws where the database is away.
 */
export function createSweep<Key extends number | string, Done>(
  chore: Chore<Key, Done>,
  { log, onDone }: SweepNeeds<Done> = {},
): () => Promise<number> {
  const aside = new Map<Key, number>();

  const clean = async (which: Which<Key>): Promise<Batch<Key, Done>> => {
    const batch = await chore.clean(which);
    if (batch.done.length > 0) onDone?.(batch.done);
    return batch;
  };
  const cleanAlone = async (keys: readonly Key[]): Promise<Batch<Key, Done>> => {
    const left: Key[] = [];
    const done: Done[] = [];
    const failed: Key[] = [];
    let fault: unknown;
    const cleanSome = async (some: readonly Key[]) => {
      const batch = await clean({ only: some, except: [], atMost: some.length });
      left.push(...batch.left);
      done.push(...batch.done);
    };
    await inHalves(keys, cleanSome, (key, error) => {
      fault ??= error;
      failed.push(key);
      aside.set(key, performance.now() + ASIDE_MS);
    });
    if (failed.length > 0) {
      const facts = {
        chore: chore.name,
        rows: failed.slice(0, MOST_NAMED),
        failed: failed.length,
        err: fault,
      };
      log?.error(facts, 'rows could not be cleaned up; they are tried again in a minute');
    }
    return { met: keys.length, done, left: [...left, ...failed] };
  };

  return async () => {
    const now = performance.now();
    for (const [key, until] of aside) if (until <= now) aside.delete(key);
    const passedBy = new Set<Key>(aside.keys());
    let all = 0;
    for (let isFull = true; isFull;) {
      const which = { only: null, except: [...passedBy], atMost: chore.atMost };
      const { met, done, left } = await clean(which).catch(async (error: unknown) => {
        const keys = isOfStatement(error) ? await chore.list(which) : [];
        if (keys.length === 0) throw error;
        return cleanAlone(keys);
      });
      for (const key of left) passedBy.add(key);
      all += done.length;
      isFull = met >= chore.atMost;
    }
    return all;
  };
}

/** Work for all keys of which one at least fails: for each half, and where that fails for its halves. */
async function inHalves<Key>(
  keys: readonly Key[],
  work: (some: readonly Key[]) => Promise<void>,
  onFailed: (key: Key, error: unknown) => void,
): Promise<void> {
  const middle = Math.ceil(keys.length / 2);
  for (const half of [keys.slice(0, middle), keys.slice(middle)]) {
    const [first] = half;
    if (first === undefined) continue;
    try {
      await work(half);
    } catch (error) {
      if (!isOfStatement(error)) throw error;
      if (half.length === 1) onFailed(first, error);
      else await inHalves(half, work, onFailed);
    }
  }
}

/**
 * Does each part, one after the other. One that fails is told and keeps no other from being done. Throws where the
 * database is away, as the others would wait for it in vain.
 */
export async function doParts<Part extends string>(
  parts: Readonly<Record<Part, () => Promise<unknown>>>,
  onFailed: (part: Part, error: unknown) => void,
): Promise<void> {
  for (const [part, work] of Object.entries(parts) as [Part, () => Promise<unknown>][]) {
    try {
      await work();
    } catch (error) {
      if (!isOfStatement(error)) throw error;
      onFailed(part, error);
    }
  }
}
