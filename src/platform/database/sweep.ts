import type { Log } from '../log.ts';
import { isOfStatement } from './db-errors.ts';
import { sql, type Statement } from './db.ts';

/** At most this many due rows, without `except`; with `only`, just these. */
export type Which<Key> = { only: readonly Key[] | null; except: readonly Key[]; atMost: number };
/**
 * How many rows a batch found, what it did, and which rows it skipped because other transactions had locked
 * them.
 */
export type Batch<Key, Done> = { met: number; done: readonly Done[]; left: readonly Key[] };

/** A clean-up that runs repeatedly, in batches, and never waits for a lock. */
export type Chore<Key, Done> = {
  name: string;
  /** Processes one batch in one statement. */
  atMost: number;
  clean(which: Which<Key>): Promise<Batch<Key, Done>>;
  /** The due rows; read after a batch has failed. */
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

// A failed row is tried again after this time. Until then it does not delay other rows.
const ASIDE_MS = 60_000;
const MOST_NAMED = 20;

export type SweepNeeds<Done> = { log?: Pick<Log, 'error'>; onDone?: (done: readonly Done[]) => void };

/**
 * Runs a clean-up until no due row is left that can be processed. Locked rows are skipped, however many there
 * are. A failed batch is split in halves, so in the end only the faulty row fails; it is reported and set
 * aside for a minute. Returns the number of processed rows. Throws if the database is away.
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

/** Processes keys of which at least one fails: each half, and the halves of a half that fails. */
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
 * Runs the parts one after the other. A failed part is reported and does not stop the others. Throws if the
 * database is away, because the others would fail too.
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
