import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import pg from 'pg';
import { createPool, many, sql, type Pool } from '../../../src/platform/database/db.ts';
import { createDatabase, wholeFile } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { startProxy } from '../../support/tcp-proxy.ts';

let url = '';
let pool: Pool;
let watch: pg.Client;
before(async () => {
  ({ url } = await createDatabase(wholeFile));
  pool = createPool({ url, max: 2, name: 'reader', statementTimeoutMs: 300 });
  watch = new pg.Client({ connectionString: url });
  await watch.connect();
  wholeFile.after(() => pool.end());
  wholeFile.after(() => watch.end());
});

const sessions = async (state: string) => {
  const { rowCount } = await watch.query(
    `select from pg_stat_activity where application_name = 'reader' and ${state}`,
  );
  return rowCount ?? 0;
};
const nothingLeft = () =>
  eventually('no statement and no connection is left over', async () => {
    const { total, idle } = pool.counts();
    return total === idle && (await sessions(`state <> 'idle'`)) === 0;
  });

test('rows come in the portions asked for, to the last one, and the connection goes back', async () => {
  const cursor = pool.cursor<[number, string]>(
    sql`select n::integer, n || ${'!'} from generate_series(1, 5) n`,
  );
  assert.deepEqual(await cursor.read(2), [
    [1, '1!'],
    [2, '2!'],
  ]);
  assert.equal(pool.counts().idle, pool.counts().total - 1);
  assert.deepEqual(await cursor.read(2), [
    [3, '3!'],
    [4, '4!'],
  ]);
  assert.deepEqual(await cursor.read(2), [[5, '5!']]);
  assert.deepEqual(await cursor.read(2), []);
  await cursor.close();
  await nothingLeft();
  assert.deepEqual(await many(pool, sql`select 1 as one`), [{ one: 1 }]);
});

test('a portion that is exactly the rest is followed by an empty one', async () => {
  const cursor = pool.cursor<[number]>(sql`select n::integer from generate_series(1, 2) n`);
  assert.deepEqual([await cursor.read(2), await cursor.read(2)], [[[1], [2]], []]);
  await nothingLeft();
});

test('a statement that takes longer than the time-out of the pool is not cut short, by a slow reader neither', async () => {
  const cursor = pool.cursor<[number]>(sql`
    select n::integer from generate_series(1, 3) n, lateral (select pg_sleep(0.25 + n * 0)) pause`);
  assert.equal((await cursor.read(1)).length + (await cursor.read(5)).length, 3);
  await nothingLeft();
});

test('closing between two reads ends the statement', async () => {
  const cursor = pool.cursor(sql`select * from generate_series(1, 1000000)`);
  await cursor.read(10);
  await cursor.close();
  await nothingLeft();
  assert.deepEqual(await cursor.read(10), []);
});

test('closing while the server computes stops it at once', async () => {
  const cursor = pool.cursor(
    sql`select count(*) from generate_series(1, 10000) a, generate_series(1, 100000) b`,
  );
  const read = assert.rejects(cursor.read(1), { code: 'SERVICE_UNAVAILABLE' });
  await eventually(
    'it runs',
    async () => (await sessions(`state = 'active' and query like '%generate_series%'`)) > 0,
  );
  await cursor.close();
  await nothingLeft();
  await read;
});

test('closing before the first read, or while the connection is made, leaves nothing', async () => {
  await pool.cursor(sql`select 1`).close();
  const cursor = pool.cursor(sql`select pg_sleep(60)`);
  const read = assert.rejects(cursor.read(1));
  await cursor.close();
  await read;
  await nothingLeft();
});

test('a fault in the middle is told, a lost connection as SERVICE_UNAVAILABLE', async () => {
  const fault = pool.cursor(sql`select 1 / (500 - n) from generate_series(1, 1000) n`);
  await fault.read(10);
  await assert.rejects(fault.read(1_000), { code: '22012' });

  const lost = pool.cursor(sql`select * from generate_series(1, 1000000)`);
  await lost.read(10);
  await watch.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reader'`,
  );
  await assert.rejects(lost.read(10_000), { code: 'SERVICE_UNAVAILABLE' });
  await nothingLeft();
  assert.deepEqual(await many(pool, sql`select 1 as one`), [{ one: 1 }]);
});

test('a server that falls silent, before the first row or in the middle, keeps no connection of the pool', async (t) => {
  const proxy = await startProxy(t, url);
  const settings = { url: proxy.url, max: 2, statementTimeoutMs: 100, connectTimeoutMs: 400 };
  const silent = createPool(settings);
  t.after(() => silent.end());
  await many(silent, sql`select 1`);
  proxy.hang();
  await assert.rejects(silent.cursor(sql`select 1`).read(1), { code: 'SERVICE_UNAVAILABLE' });
  await proxy.restore();

  // The other connection, which is idle, is the one that shall cancel.
  const pause = sql`select pg_sleep(0.05)`;
  await eventually('both connections are open', async () => {
    await Promise.allSettled([many(silent, pause), many(silent, pause)]);
    return silent.counts().idle === 2;
  });
  const cursor = silent.cursor(sql`select * from generate_series(1, 1000000)`);
  await cursor.read(10);
  proxy.hang();
  const read = assert.rejects(cursor.read(10), { code: 'SERVICE_UNAVAILABLE' });
  await cursor.close();
  await read;
  await proxy.restore();
  await eventually('no connection is in use', async () => {
    const { total, idle } = silent.counts();
    return total === idle;
  });
  assert.deepEqual(await many(silent, sql`select 1 as one`), [{ one: 1 }]);
});
