import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { migrate } from '../../../src/platform/migrations/migrations.ts';
import { createDatabase } from '../../support/database.ts';

test('an attempt that is open at migration 47 keeps the time of its beginning, and a settled one needs none', async (t) => {
  const { url } = await createDatabase(t);
  const log = { info: () => {}, warn: () => {} };
  await migrate({ url, log, direction: 'down', to: 46 });
  const client = new pg.Client(url);
  await client.connect();
  t.after(() => client.end());
  await client.query(`
    insert into payment_transaction (attempt_id, purpose, payment_method, amount, status, processed_at)
    select gen_random_uuid(), 'top-up', 'Card', 1, status, '2026-01-02 03:04:05Z'
    from unnest(array['Processing', 'Unknown', 'Completed']) status`);

  await migrate({ url, log });
  const { rows } = await client.query(
    'select status, begun_at = processed_at as known from payment_transaction order by status',
  );
  assert.deepEqual(rows, [
    { status: 'Completed', known: null },
    { status: 'Processing', known: true },
    { status: 'Unknown', known: true },
  ]);
  await client.query('update payment_transaction set processed_at = clock_timestamp()');
  const moved = await client.query('select from payment_transaction where begun_at = processed_at');
  assert.equal(moved.rowCount, 0);
});
