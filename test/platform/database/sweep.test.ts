import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { sweepEndedSessions, sweepResetTokens } from '../../../src/auth/auth.ts';
import { sweepKeys } from '../../../src/idempotency/idempotency.ts';
import { createSweep, doParts, type Chore } from '../../../src/platform/database/sweep.ts';
import { unavailable } from '../../../src/platform/errors.ts';
import { createPool, one, sql } from '../../../src/platform/database/db.ts';
import { createDatabase } from '../../support/database.ts';

const refused = () => new pg.DatabaseError('refused', 7, 'error');
const away = () => unavailable(new Error('Connection terminated'));

/** A chore over the rows 1 to `howMany`, of which some fail or are locked; it notes the batches that it was given. */
function rowsOf(howMany: number, { bad = [] as number[], locked = [] as number[], atMost = 10 } = {}) {
  const rows = new Set(Array.from({ length: howMany }, (_, i) => i + 1));
  const batches: number[][] = [];
  const due = (only: readonly number[] | null, except: readonly number[], most: number) =>
    [...rows].filter((row) => (only?.includes(row) ?? true) && !except.includes(row)).slice(0, most);
  const chore: Chore<number, number> = {
    name: 'rows',
    atMost,
    async clean({ only, except, atMost: most }) {
      const met = due(only, except, most);
      batches.push(met);
      if (met.some((row) => bad.includes(row))) throw refused();
      const done = met.filter((row) => !locked.includes(row));
      for (const row of done) rows.delete(row);
      return { met: met.length, done, left: met.filter((row) => locked.includes(row)) };
    },
    list: async ({ except, atMost: most }) => due(null, except, most),
  };
  return { chore, batches, left: () => [...rows] };
}

test('rows that are locked fill no batch twice, and those behind them are done', async () => {
  const locked = Array.from({ length: 35 }, (_, i) => i + 1);
  const { chore, left } = rowsOf(60, { locked });
  assert.equal(await createSweep(chore)(), 25);
  assert.deepEqual(left(), locked);
});

test('of a batch that fails all is done but what fails by itself, in few statements; each is told once', async () => {
  const { chore, batches, left } = rowsOf(1_000, { bad: [3, 500, 501, 1_000], atMost: 500 });
  const told: unknown[] = [];
  const done: number[] = [];
  const log = { error: (facts: object) => void told.push((facts as { rows: unknown }).rows) };
  const sweep = createSweep(chore, { log, onDone: (some) => done.push(...some) });
  assert.equal(await sweep(), 996);
  assert.deepEqual(
    [left(), told.flat()],
    [
      [3, 500, 501, 1_000],
      [3, 500, 501, 1_000],
    ],
  );
  assert.equal(new Set(done).size, 996);
  assert.ok(batches.length < 100, `${batches.length} statements`);
  const before = batches.length;
  assert.equal(await sweep(), 0);
  assert.equal(batches.length, before + 1, 'what failed is left aside for now');
  assert.equal(told.flat().length, 4);
});

test('where the database is away a sweep ends at once, and where all fails it says so', async () => {
  let asked = 0;
  const fails = (error: () => unknown, list: number[]): Chore<number, number> => ({
    name: 'rows',
    atMost: 10,
    clean: async () => {
      asked += 1;
      throw error();
    },
    list: async () => list,
  });
  await assert.rejects(createSweep(fails(away, [1, 2, 3]))(), { status: 503 });
  assert.equal(asked, 1);
  await assert.rejects(createSweep(fails(refused, []))(), { message: 'refused' });
  asked = 0;
  await assert.rejects(createSweep(fails(() => new TypeError('ours'), [1, 2]))(), TypeError);
  assert.equal(asked, 1);
});

test('a part that fails keeps no other from being done; a database that is away ends them all', async () => {
  const done: string[] = [];
  const failed: string[] = [];
  const part = (name: string, error?: unknown) => async () => {
    done.push(name);
    if (error !== undefined) throw error;
  };
  await doParts({ a: part('a', unavailable(refused())), b: part('b', refused()), c: part('c') }, (name) =>
    failed.push(name),
  );
  assert.deepEqual(
    [done, failed],
    [
      ['a', 'b', 'c'],
      ['a', 'b'],
    ],
  );
  await assert.rejects(doParts({ d: part('d', away()), e: part('e') }, (name) => failed.push(name)));
  assert.deepEqual([done.at(-1), failed.length], ['d', 2]);
});

test('a key, reset token or ended session that cannot be removed keeps no other from going', async (t) => {
  // Without the program, whose own clean-up would take part.
  const { url } = await createDatabase(t);
  const pool = createPool({ url, max: 2, pooled: true });
  t.after(() => pool.end());
  const count = async (table: string) =>
    (await one<{ rows: number }>(pool, sql([`select count(*) as rows from ${table}`]))).rows;
  const script = `
    insert into usertable (username, password, role) values ('asha', '', 'customer');
    insert into idempotency_key (username, route, key, fingerprint, lease_until, created_at)
    select 'asha', 'r', 'k' || i, '', now(), now() - interval '2 days' from generate_series(1, 1500) i;
    insert into password_reset_tokens (email, token, created_at, expires_at)
    select 'a@example.com', 't' || i, now() - interval '1 day', now() - interval '1 day' from generate_series(1, 1500) i;
    insert into ended_session (username, session_id, expires_at)
    select 'asha', 's' || i, now() - interval '1 day' from generate_series(1, 1500) i;
    create function refuse_removal() returns trigger language plpgsql as
      $$ begin raise exception 'this one stays'; end $$;
    create trigger stays before delete on idempotency_key for each row
      when (old.key = 'k7') execute function refuse_removal();
    create trigger stays before delete on password_reset_tokens for each row
      when (old.token in ('t1', 't1400')) execute function refuse_removal();
    create trigger stays before delete on ended_session for each row
      when (old.session_id = 's9') execute function refuse_removal()`;
  await pool.run(sql([script]));
  const failed: unknown[] = [];
  const log = { error: (facts: object) => void failed.push((facts as { chore: string }).chore) };
  assert.equal(await sweepKeys(pool, log), 1_499);
  assert.equal(await sweepResetTokens(pool, log), 1_498);
  assert.equal(await sweepEndedSessions(pool, log), 1_499);
  assert.deepEqual(failed, ['keys', 'reset tokens', 'reset tokens', 'ended sessions']);
  assert.deepEqual([await count('idempotency_key'), await count('password_reset_tokens')], [1, 2]);
});
