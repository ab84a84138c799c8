import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartFault } from '../errors.ts';
import { createClient } from '../connecting/connection.ts';
import { findBlockers, type Blocker } from './migration-blockers.ts';
import type { Log } from './migration-session.ts';

export type LockRetry = {
  /** How long one try waits for a lock. Meanwhile other statements on that table queue behind it. */
  lockMs: number;
  /** The pause before the next try, in which those statements run. */
  pauseMs: number;
  giveUpMs: number;
};
export const LOCK_RETRY: LockRetry = { lockMs: 2_000, pauseMs: 3_000, giveUpMs: 60_000 };

type Needs = { url: string; log: Log; what: string; lockRetry: LockRetry };

/**
 * Runs `work` in the open transaction. If it waits too long for a lock, its work is rolled back, its locks
 * are released, and it is tried again after a pause. After `giveUpMs` it throws a StartFault that names the
 * sessions with the lock.
 */
export async function withLockRetry<T>(
  client: pg.Client,
  { url, log, what, lockRetry }: Needs,
  work: () => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + lockRetry.giveUpMs;
  const pid = await begin(client, lockRetry);
  const watch = watchBlockers(pid, url, lockRetry.lockMs / 2);
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await tryOnce(client, work);
      if (result !== undefined) return result.of;
      const holders = await watch.found();
      if (performance.now() >= giveUpAt) {
        throw new StartFault(
          `${what} waited ${Math.round(lockRetry.giveUpMs / 1_000)} seconds for a lock${holders}; it was rolled ` +
            'back: let that end, or end it with select pg_terminate_backend(pid), and start again',
        );
      }
      if (attempt === 1) log.warn(`${what} waits for a lock${holders}; it is tried again`);
      await sleep(lockRetry.pauseMs);
    }
  } finally {
    await watch.close();
  }
}

/** Undefined if it waited too long for a lock; then all locks since the savepoint are released. */
async function tryOnce<T>(client: pg.Client, work: () => Promise<T>): Promise<{ of: T } | undefined> {
  try {
    const result = await work();
    await client.query('release savepoint attempt');
    return { of: result };
  } catch (error) {
    if (!isLockWait(error)) throw error;
    await client.query('rollback to savepoint attempt');
    return undefined;
  }
}

/** Sets the savepoint for a retry. Returns the session's process id in the server, also behind a pooler. */
async function begin(client: pg.Client, { lockMs }: LockRetry): Promise<number> {
  const text = `set local lock_timeout = ${lockMs}; savepoint attempt; select pg_backend_pid() as pid`;
  const results = (await client.query(text)) as unknown as pg.QueryResult<{ pid: number }>[];
  return results.at(-1)?.rows[0]?.pid ?? 0;
}

// A deadlock with a sale is a lock that is not available, found sooner.
export const isLockWait = (error: unknown) =>
  error instanceof pg.DatabaseError && (error.code === '55P03' || error.code === '40P01');

/** Reads regularly, on its own connection, which sessions hold the locks that this one waits for. */
function watchBlockers(pid: number, url: string, everyMs: number) {
  let looking = Promise.resolve();
  let holders = '';
  let other: pg.Client | undefined;
  const look = async () => {
    other ??= await connect(url);
    const { on, blockers } = await findBlockers(other, pid);
    // The wait may have ended between the two queries.
    if (blockers.length > 0 && (on || !holders)) holders = describe(on ?? 'rows', blockers);
  };
  const timer = setInterval(() => {
    // The start continues without the names of the sessions.
    looking = looking.then(look).catch(() => {
      void other?.end().catch(() => undefined);
      other = undefined;
    });
  }, everyMs);
  return {
    /** The end of a sentence. */
    async found() {
      await looking;
      return holders;
    },
    async close() {
      clearInterval(timer);
      await looking;
      await other?.end();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = createClient(url, {
    application_name: 'skyfox-migrate',
    connectionTimeoutMillis: 1_000,
    query_timeout: 1_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const describe = (on: string, blockers: readonly Blocker[]) =>
  ` on ${on}, which is kept by ${blockers.map(({ words }) => words).join('; ')}`;
