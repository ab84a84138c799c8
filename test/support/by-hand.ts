import assert from 'node:assert/strict';
import pg from 'pg';
import { eventually } from './eventually.ts';

const LOCK_NOT_AVAILABLE = '55P03';

/** A transaction beside the program, in which a test locks rows by hand. `rows`: a table and its `where`. */
export type Hand = {
  run<Row extends object>(text: string): Promise<Row[]>;
  lock(rows: string): Promise<void>;
  /** Whether somebody else has locked the rows; they are not waited for. */
  isTaken(rows: string): Promise<boolean>;
  /** Resolves when a statement waits for what this transaction has locked. */
  isWaitedFor(): Promise<void>;
  /** Commits. */
  letGo(): Promise<void>;
};

/** Runs `work` with a hand on the database; what it has locked is free again afterwards. */
export async function byHand<T>(
  { databaseUrl }: { databaseUrl: string },
  work: (hand: Hand) => Promise<T>,
): Promise<T> {
  const [client, watcher] = [1, 2].map(() => new pg.Client({ connectionString: databaseUrl }));
  assert.ok(client && watcher);
  await Promise.all([client.connect(), watcher.connect()]);
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const waiting = `select from pg_stat_activity where ${rows[0]?.pid} = any (pg_blocking_pids(pid))`;
    await client.query('begin');
    return await work({
      run: async (text) => (await client.query(text)).rows,
      lock: async (what) => void (await client.query(`select from ${what} for update`)),
      async isTaken(what) {
        await client.query('savepoint look');
        const taken = await client.query(`select from ${what} for update nowait`).then(
          ({ rowCount }) => (assert.notEqual(rowCount, 0, `there are no ${what}`), false),
          (error: pg.DatabaseError) => (assert.equal(error.code, LOCK_NOT_AVAILABLE), true),
        );
        await client.query('rollback to savepoint look');
        return taken;
      },
      isWaitedFor: async () =>
        void (await eventually(
          'somebody waits for the lock',
          async () => ((await watcher.query(waiting)).rowCount ?? 0) > 0,
        )),
      letGo: async () => void (await client.query('commit')),
    });
  } finally {
    await Promise.all([client.end(), watcher.end()]);
  }
}

/** That what `start` does locks `first` before it waits for `next`, whichever rows the server would come upon first. */
export async function assertLockOrder<T>(
  app: { databaseUrl: string },
  { first, next }: { first: string; next: string },
  start: () => Promise<T>,
): Promise<T> {
  let started: Promise<T> | undefined;
  await byHand(app, async (hand) => {
    await hand.lock(next);
    started = start();
    await hand.isWaitedFor();
    assert.ok(await hand.isTaken(first), `${first} is locked before ${next}`);
  });
  assert.ok(started);
  return started;
}
