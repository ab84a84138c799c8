import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartFault } from '../errors.ts';
import { createClient } from '../connecting/connection.ts';
import { findBlockers, type Blocker } from './migration-blockers.ts';
import type { Log } from './migration-session.ts';

export type Patience = {
  /** How long an attempt waits for a lock; everybody else's statements on that table wait behind it meanwhile. */
  lockMs: number;
  /** How long those are let pass before the next attempt. */
  pauseMs: number;
  giveUpMs: number;
};
export const PATIENCE: Patience = { lockMs: 2_000, pauseMs: 3_000, giveUpMs: 60_000 };

type Needs = { url: string; log: Log; what: string; patience: Patience };

/**
 * Runs `work` in the open transaction; where it waits too long for a lock, all that it did and locked is undone, and it
 * is tried again. Throws a StartFault that names who is in the way, where that goes on.
 */
export async function patiently<T>(
  client: pg.Client,
  { url, log, what, patience }: Needs,
  work: () => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + patience.giveUpMs;
  const pid = await begin(client, patience);
  const lookout = lookOut(pid, url, patience.lockMs / 2);
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await tryOnce(client, work);
      if (result !== undefined) return result.of;
      const inTheWay = await lookout.found();
      if (performance.now() >= giveUpAt) {
        throw new StartFault(
          `${what} waited ${Math.round(patience.giveUpMs / 1_000)} seconds for a lock${inTheWay}; nothing of it ` +
            'stays: let that end, or end it with select pg_terminate_backend(pid), and start again',
        );
      }
      if (attempt === 1) log.warn(`${what} waits for a lock${inTheWay}; it is tried again`);
      await sleep(patience.pauseMs);
    }
  } finally {
    await lookout.close();
  }
}

/** Nothing where it waited too long for a lock: then all is given back that was locked since the savepoint. */
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

/** Where an attempt that failed goes back to; the server's own number of the session, whoever stands between. */
async function begin(client: pg.Client, { lockMs }: Patience): Promise<number> {
  const text = `set local lock_timeout = ${lockMs}; savepoint attempt; select pg_backend_pid() as pid`;
  const results = (await client.query(text)) as unknown as pg.QueryResult<{ pid: number }>[];
  return results.at(-1)?.rows[0]?.pid ?? 0;
}

// A deadlock with a sale is the same, found sooner.
export const isLockWait = (error: unknown) =>
  error instanceof pg.DatabaseError && (error.code === '55P03' || error.code === '40P01');

/** Looks again and again, on a connection of its own, who is in the way of this one. */
function lookOut(pid: number, url: string, everyMs: number) {
  let looking = Promise.resolve();
  let inTheWay = '';
  let other: pg.Client | undefined;
  const look = async () => {
    other ??= await connect(url);
    const { on, blockers } = await findBlockers(other, pid);
    // The wait may have ended between the two parts of the look.
    if (blockers.length > 0 && (on || !inTheWay)) inTheWay = describe(on ?? 'rows', blockers);
  };
  const timer = setInterval(() => {
    // Who is in the way is worth knowing, but not worth a start.
    looking = looking.then(look).catch(() => {
      void other?.end().catch(() => undefined);
      other = undefined;
    });
  }, everyMs);
  return {
    /** In words that go on a sentence. */
    async found() {
      await looking;
      return inTheWay;
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
