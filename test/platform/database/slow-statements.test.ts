import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPool, one, sql } from '../../../src/platform/database/db.ts';
import { startApp } from '../../support/app.ts';
import { createDatabase } from '../../support/database.ts';

test('a statement that takes long is told of, in a transaction and where it fails as well, and no quick one', async (t) => {
  const { url } = await createDatabase(t);
  const slow: string[] = [];
  const onSlow = (text: string, tookMs: number) => {
    assert.ok(tookMs >= 200, `${text} took ${tookMs} ms`);
    slow.push(text);
  };
  const pool = createPool({ url, max: 1, slowMs: 200, statementTimeoutMs: 600, onSlow });
  t.after(() => pool.end());
  await pool.transaction(async (tx) => one(tx, sql`select 1`));
  slow.length = 0;

  await one(pool, sql`select pg_sleep(${0.25})`);
  await pool.transaction(async (tx) => {
    await one(tx, sql`select 2`);
    await one(tx, sql`select pg_sleep(${0.25}), 'in a transaction'`);
  });
  await assert.rejects(one(pool, sql`select pg_sleep(${5}), 'for too long'`));
  assert.deepEqual(slow, [
    'select pg_sleep($1)',
    "select pg_sleep($1), 'in a transaction'",
    "select pg_sleep($1), 'for too long'",
  ]);
});

test('the log names a slow statement without its values', async (t) => {
  const app = await startApp(t);
  await one(
    app.needs.pool,
    sql`
    select pg_sleep(0.51),
      ${'whose it is'}::text as secret`,
  );
  const lines = app.lines.filter((line) => line.includes('a slow statement') && line.includes('pg_sleep'));
  const [line = '{}'] = lines;
  const { level, statement, milliseconds } = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual([lines.length, level, statement], [1, 40, 'select pg_sleep(0.51), $1::text as secret']);
  assert.ok(Number(milliseconds) >= 500);
  assert.doesNotMatch(app.lines.join(), /whose it is/);
});
