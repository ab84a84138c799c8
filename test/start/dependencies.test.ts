import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPool, execute, sql } from '../../src/platform/database/db.ts';
import { startApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

test('soon after the start what was kept for a time is swept, and what does not add up is a figure', async (t) => {
  const { url } = await createDatabase(t);
  const pool = createPool({ url, max: 1 });
  t.after(() => pool.end());
  await execute(
    pool,
    sql`insert into usertable (username, password, role) values ('asha', 'nobody''s', 'customer')`,
  );
  await execute(
    pool,
    sql`
    insert into idempotency_key (username, route, key, fingerprint, lease_until, created_at)
    select 'asha', 'x', age::text, '', now(), now() - make_interval(hours => age)
    from unnest(array[23, 25]) age`,
  );
  await execute(
    pool,
    sql`
    insert into password_reset_tokens (email, token, created_at, expires_at)
    select age::text, age::text, now(), now() at time zone 'utc' - make_interval(mins => age)
    from unnest(array[-1, 1]) age`,
  );
  await execute(
    pool,
    sql`
    insert into payment_transaction (customer_username, purpose, payment_method, amount, status)
    values ('asha', 'top-up', 'Card', 5, 'Unknown')`,
  );

  const app = await startApp(t, { databaseUrl: url });

  const remain = async () => [
    ...(await app.rows('select key from idempotency_key')),
    ...(await app.rows('select email from password_reset_tokens')),
  ];
  await eventually('old keys and tokens are gone', async () => (await remain()).length === 2);
  assert.deepEqual(await remain(), [{ key: '23' }, { email: '-1' }]);
  await eventually('the open attempt is a figure', async () =>
    /^skyfox_\w+\{[^}]*attempt[^}]*\} 1$/m.test(await app.needs.metricsText()),
  );
});
