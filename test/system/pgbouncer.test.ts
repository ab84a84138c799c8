import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startPgbouncer } from '../support/pgbouncer.ts';

test('behind a transaction pooler everything works that works without', async (t) => {
  const { url } = await createDatabase(t);
  // Few connections, so that clients must share.
  const bouncer = await startPgbouncer({ serverUrl: url, poolSize: 4 });
  t.after(() => bouncer.stop());
  const env = { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: url, DATABASE_POOL_MAX: '20' };
  const app = await startApp(t, { databaseUrl: url, env });
  const people = await app.customers(24, { balance: '1000.00' });
  const [asha, ravi] = people;
  assert.ok(asha && ravi);
  const show = await app.show();

  const race = await Promise.all(people.map((person) => app.hold(person, show, ['A1', 'A2'])));
  assert.deepEqual(tally(race.map(({ code }) => code)), { 201: 1, SEATS_UNAVAILABLE: 23 });
  const holds = await Promise.all(
    people.map((person, i) => app.hold(person, show, [`${'BCD'[i % 3]}${1 + Math.floor(i / 3)}`])),
  );
  const paid = await Promise.all(
    people.map((person, i) =>
      app.pay(person, Number(holds[i]?.data['booking_id']), {
        payment_method: i % 2 ? 'Wallet' : 'Card',
        ...CARD,
      }),
    ),
  );
  assert.deepEqual(tally(paid.map(({ code }) => code)), { 200: 24 });
  await app.rows(`update pending_booking_tracker set expiration_time = clock_timestamp()`);
  await eventually('holds expire', async () => (await app.count('pending_booking_tracker')) === 0);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), 24);
  const csv = await app.get('/booking-csv', { as: app.admin });
  assert.equal(
    csv.text.trim().split('\n').length,
    25,
    'the export, with a cursor, goes through the pooler too',
  );
});
