import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createPool,
  execute,
  isViolation,
  maybeOne,
  one,
  sql,
  type Pool,
} from '../../../src/platform/database/db.ts';
import { createDatabase, wholeFile, type Owner } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { startProxy } from '../../support/tcp-proxy.ts';

const { url } = await createDatabase(wholeFile, { empty: true });

/** A pool of one connection to a database with an empty table of notes. */
async function openPool(t: Owner): Promise<Pool> {
  const pool = createPool({ url, max: 1, statementTimeoutMs: 100 });
  t.after(() => pool.end());
  await execute(pool, sql`drop table if exists note`);
  await execute(pool, sql`create table note (id integer primary key)`);
  return pool;
}
const note = (id: number) => sql`insert into note (id) values (${id})`;
const pidOf = async (pool: Pool) =>
  (await one<{ pid: number }>(pool, sql`select pg_backend_pid() as pid`)).pid;
const countOf = async (pool: Pool) =>
  (await one<{ notes: number }>(pool, sql`select count(*) as notes from note`)).notes;
const isUnavailable = { status: 503, code: 'SERVICE_UNAVAILABLE' };

test('one statement twice in one message on a new connection is prepared once', async (t) => {
  const pool = createPool({ url, max: 1 });
  t.after(() => pool.end());
  const number = (value: number) => sql`select ${value}::int as number`;
  const numbers = await pool.transaction((tx) =>
    Promise.all([1, 2].map((value) => one<{ number: number }>(tx, number(value)))),
  );
  assert.deepEqual(numbers, [{ number: 1 }, { number: 2 }]);
});

test('a transaction that returns is committed, a transaction that throws is not, and its connection can be used again', async (t) => {
  const pool = await openPool(t);
  const before = await pidOf(pool);
  assert.equal(await pool.transaction(async (tx) => execute(tx, note(1))), 1);
  const failing = pool.transaction(async (tx) => {
    await execute(tx, note(2));
    throw new Error('a change of mind');
  });
  await assert.rejects(failing, /a change of mind/);
  assert.equal(await countOf(pool), 1);
  await execute(pool, note(3));
  assert.deepEqual([await countOf(pool), await pidOf(pool)], [2, before]);
});

test('a transaction in which a statement failed unseen is no success, although its COMMIT is answered', async (t) => {
  const pool = await openPool(t);
  const careless = pool.transaction(async (tx) => {
    await execute(tx, note(1));
    await execute(tx, note(1)).catch(() => undefined);
    return 'done';
  });
  await assert.rejects(careless, /ROLLBACK/);
  assert.equal(await countOf(pool), 0);
});

test('a connection that has fallen silent is not lent again', async (t) => {
  const pool = await openPool(t);
  await execute(pool, sql`set statement_timeout = 0`);
  const silent = await pidOf(pool);
  await assert.rejects(execute(pool, sql`select pg_sleep(30)`), isUnavailable);
  assert.notEqual(await pidOf(pool), silent);
  await execute(pool, sql`select pg_terminate_backend(${silent})`);
});

test('a connection to a server that has become a replica is not lent again', async (t) => {
  const pool = await openPool(t);
  await execute(pool, sql`set session characteristics as transaction read only`);
  await assert.rejects(execute(pool, note(1)), isUnavailable);
  assert.equal(await execute(pool, note(1)), 1);
});

test('after a loss in the middle of a transaction nothing more of it is sent', async (t) => {
  const pool = await openPool(t);
  const lost = pool.transaction(async (tx) => {
    await execute(tx, note(1));
    await execute(tx, sql`select pg_terminate_backend(pg_backend_pid())`).catch(() => undefined);
    return execute(tx, note(2));
  });
  await assert.rejects(lost, isUnavailable);
  assert.equal(await countOf(pool), 0);
});

test('what only the moment refuses is 503, what the statement is to blame for is the database’s own error', async (t) => {
  const pool = await openPool(t);
  await assert.rejects(execute(pool, sql`select pg_sleep(0.3)`), isUnavailable);
  for (const state of ['40001', '40P01', '53300', '55P03']) {
    const failing = sql([`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`]);
    await assert.rejects(execute(pool, failing), isUnavailable, state);
  }
  await execute(pool, note(1));
  await assert.rejects(execute(pool, note(1)), (error) => {
    assert.ok(isViolation(error, '23505'));
    assert.ok(isViolation(error, '23505', 'note_pkey'));
    assert.ok(!isViolation(error, '23505', 'another_key'));
    assert.ok(!isViolation(error, '23503'));
    assert.ok(!isViolation(new Error('23505'), '23505'));
    return true;
  });
});

test('a new connection that is open, but whose check for a replica is not answered, is waited for no longer than for one that does not open', async (t) => {
  const proxy = await startProxy(t, url);
  const pool = createPool({ url: proxy.url, max: 1, primaryOnly: true, connectTimeoutMs: 600 });
  t.after(() => pool.end());
  void proxy.trap(({ text }) => {
    if (text.includes('pg_is_in_recovery')) proxy.hang();
    return false;
  }, 'cut');
  const startedAt = performance.now();
  await assert.rejects(one(pool, sql`select 1 as one`), isUnavailable);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs >= 500 && tookMs < 1_800, `${tookMs} ms`);
  proxy.disarm();
  await proxy.restore();
  await eventually('it is reached again', () =>
    one(pool, sql`select 1 as one`).then(
      () => true,
      () => false,
    ),
  );
  assert.deepEqual([pool.counts().total, pool.counts().waiting], [1, 0], 'what came late went back');
});

test('a connection whose check for a replica ends after its caller has given up goes back', async (t) => {
  const proxy = await startProxy(t, url);
  const pool = createPool({ url: proxy.url, max: 1, primaryOnly: true, connectTimeoutMs: 600 });
  t.after(() => pool.end());
  let checks = 0;
  void proxy.trap(({ text }) => {
    if (text.includes('pg_is_in_recovery') && ++checks === 2) void proxy.stall(500);
    return false;
  }, 'cut');
  const begun = Promise.withResolvers<void>();
  const lost = pool.transaction(async (tx) => {
    await one(tx, sql`select 1 as one`);
    begun.resolve();
    await execute(tx, sql`select pg_sleep(0.4), pg_terminate_backend(pg_backend_pid())`);
  });
  await begun.promise;
  // Gets a new connection when two thirds of its time are over; the check takes longer than the rest.
  const waiting = assert.rejects(one(pool, sql`select 1 as one`), isUnavailable);
  await assert.rejects(lost, isUnavailable);
  await waiting;
  await eventually('the pool has its connection again', async () => {
    const { total, idle } = pool.counts();
    return total === idle;
  });
  assert.deepEqual(await one(pool, sql`select 1 as one`), { one: 1 });
});

test('a connection is checked for a replica when it is new, and not again', async (t) => {
  const proxy = await startProxy(t, url);
  const pool = createPool({ url: proxy.url, max: 1, primaryOnly: true });
  t.after(() => pool.end());
  let checks = 0;
  void proxy.trap(({ text }) => {
    if (text.includes('pg_is_in_recovery')) checks++;
    return false;
  }, 'cut');
  for (let i = 0; i < 3; i++) await one(pool, sql`select 1 as one`);
  assert.equal(checks, 1);
});

test('a hundred wait for each connection, and the next is refused at once', async (t) => {
  const pool = await openPool(t);
  const holding = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const busy = pool.transaction(async () => {
    begun.resolve();
    await holding.promise;
  });
  await begun.promise;
  const waiting = Array.from({ length: 100 }, (_, i) => execute(pool, note(i)));
  await assert.rejects(execute(pool, note(100)), isUnavailable);
  assert.deepEqual(pool.counts(), { total: 1, idle: 0, waiting: 100, max: 1 });
  holding.resolve();
  await busy;
  await Promise.all(waiting);
  assert.equal(await countOf(pool), 100);
});

test('one row is one row: none is a fault of the program, or undefined where it may be', async (t) => {
  const pool = await openPool(t);
  const none = sql`select id from note`;
  await assert.rejects(one(pool, none), /returned none/);
  assert.equal(await maybeOne(pool, none), undefined);
});
