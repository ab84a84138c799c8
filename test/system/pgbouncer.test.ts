import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { byHand } from '../support/by-hand.ts';
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

test('behind a transaction pooler a walk-in that is answered by 503 is not sold a moment later', async (t) => {
  const { url } = await createDatabase(t);
  const bouncer = await startPgbouncer({ serverUrl: url, poolSize: 4 });
  t.after(() => bouncer.stop());
  const env = { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: url };
  const app = await startApp(t, { databaseUrl: url, env });
  const show = await app.show();
  const walkIn = {
    show_id: show,
    customer_name: 'Walk In Guest',
    phone_number: '9876543210',
    seat_numbers: ['A1'],
  };
  const sell = () => app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn });
  await byHand(app, async (hand) => {
    await hand.run('lock table admin_booked_customer in exclusive mode');
    const answer = await sell();
    assert.deepEqual([answer.status, answer.json['may_have_happened']], [503, undefined], answer.text);
    const waiting = `datname = current_database() and wait_event_type = 'Lock'`;
    await eventually(
      'nobody waits any more',
      async () => (await app.count('pg_stat_activity', waiting)) === 0,
    );
  });
  assert.equal(await app.count('booking', `show_id = ${show}`), 0);
  assert.equal((await sell()).status, 201);
});
