import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { assertLockOrder } from '../support/by-hand.ts';
import { createDatabase } from '../support/database.ts';
import { onServer } from '../support/server.ts';
import { book, checkInAll, showAt } from './door.ts';

test('a bulk locks its bookings in the order of their ids, whichever way the planner reads them', async (t) => {
  const { url, name } = await createDatabase(t);
  // So that rows come as they lie in the table.
  await onServer(
    `alter database ${name} set enable_indexscan = off`,
    `alter database ${name} set enable_bitmapscan = off`,
  );
  const app = await startApp(t, { databaseUrl: url });
  const [low = 0, high = 0] = await book(app, await showAt(app, { inMinutes: 10 }), 2);
  // Written anew, a row lies behind the others.
  await app.script(`update booking set payment_type = payment_type where id = ${low}`);
  const row = (id: number) => `booking where id = ${id}`;
  const { data } = await assertLockOrder(app, { first: row(low), next: row(high) }, () =>
    checkInAll(app, [high, low]),
  );
  assert.deepEqual(data['checked_in'], [high, low]);
});
