import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { startApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { startProxy } from '../support/tcp-proxy.ts';

/**
 * An app with a single connection, on which one message follows another, and what goes to the database from it in the
 * transaction, or the single statement, that has `mark` in it.
 */
async function listen(t: TestContext, mark: RegExp, env: Record<string, string> = {}) {
  const { url } = await createDatabase(t);
  const proxy = await startProxy(t, url);
  const app = await startApp(t, {
    databaseUrl: url,
    env: { DATABASE_URL: proxy.url, DATABASE_POOL_MAX: '1', ...env },
  });
  const transactions: string[][] = [];
  const overhear = () =>
    void proxy.trap(({ text, place }) => {
      if (place === undefined || place === 0) transactions.push([]);
      transactions.at(-1)?.push(text);
      return false;
    }, 'cut');
  const roundTrips = () => {
    const marked = transactions.filter((messages) => messages.some((text) => mark.test(text)));
    assert.equal(marked.length, 1, `${marked.length} transactions have it in them`);
    return marked[0]?.length;
  };
  return { app, overhear, roundTrips };
}

test('a hold is one statement and needs no transaction', async (t) => {
  const { app, overhear, roundTrips } = await listen(t, /insert into pending_booking_tracker/);
  const customer = await app.customer();
  const show = await app.show();
  overhear();
  assert.equal((await app.hold(customer, show, ['A1', 'A2'])).status, 201);
  assert.deepEqual(roundTrips(), 1);
});

test('a hold in vain is one statement and writes nothing', async (t) => {
  const { app, overhear, roundTrips } = await listen(t, /"A1","A2"/);
  const [customer, rival] = await app.customers(2);
  assert.ok(customer && rival);
  const show = await app.show();
  const first = Number((await app.hold(rival, show, ['A1'])).data['booking_id']);
  overhear();
  assert.equal((await app.hold(customer, show, ['A1', 'A2'])).code, 'SEATS_UNAVAILABLE');
  assert.deepEqual(roundTrips(), 1);
  const next = await app.hold(customer, show, ['A2']);
  assert.equal(next.data['booking_id'], first + 1, 'a number that is passed over was written and taken back');
});

test('a hold that is limited, or keeps its answer, is one transaction of two or three round trips', async (t) => {
  for (const [env, headers, expected] of [
    [{ MAX_SEATS_HELD: '4' }, {}, 2],
    [{}, { 'idempotency-key': randomUUID() }, 3],
    [{ MAX_SEATS_HELD: '4' }, { 'idempotency-key': randomUUID() }, 4],
  ] as const) {
    const { app, overhear, roundTrips } = await listen(t, /insert into pending_booking_tracker/, env);
    const customer = await app.customer();
    const body = { show_id: await app.show(), seat_numbers: ['A1', 'A2'] };
    overhear();
    const held = await app.post('/customer/booking/initialize', { as: customer, body, headers });
    assert.equal(held.status, 201);
    assert.equal(roundTrips(), expected);
  }
});

test('a walk-in is one statement and needs no transaction', async (t) => {
  const { app, overhear, roundTrips } = await listen(t, /insert into admin_booked_customer/);
  const guest = { customer_name: 'Walk In Guest', phone_number: '9876543210' };
  const body = { ...guest, show_id: await app.show(), seat_numbers: ['A1', 'A2'] };
  overhear();
  assert.equal((await app.post('/admin/create-customer-booking', { as: app.admin, body })).status, 201);
  assert.equal(roundTrips(), 1);
});

test('a hold is let go in two round trips', async (t) => {
  const { app, overhear, roundTrips } = await listen(t, /delete from booking/);
  const customer = await app.customer();
  const held = await app.hold(customer, await app.show(), ['A1', 'A2']);
  overhear();
  assert.equal((await app.cancel(customer, Number(held.data['booking_id']))).status, 200);
  assert.equal(roundTrips(), 2);
});

test('a payment from the wallet takes two round trips', async (t) => {
  const { app, overhear, roundTrips } = await listen(t, /insert into wallet_transaction/);
  const customer = await app.customer({ balance: '900.00' });
  const held = await app.hold(customer, await app.show(), ['A1', 'A2']);
  overhear();
  const body = { booking_id: held.data['booking_id'], payment_method: 'Wallet' };
  const paid = await app.post('/customer/booking/payment', { as: customer, body });
  assert.equal(paid.status, 200, paid.text);
  assert.equal(roundTrips(), 2);
});

for (const [step, mark] of [
  ['begins', /'Processing', clock_timestamp/],
  ['settles', /set status = 'Completed'/],
] as const) {
  test(`a payment by card ${step} in two round trips`, async (t) => {
    const { app, overhear, roundTrips } = await listen(t, mark);
    const customer = await app.customer();
    const held = await app.hold(customer, await app.show(), ['A1', 'A2']);
    overhear();
    const paid = await app.pay(customer, Number(held.data['booking_id']));
    assert.equal(paid.status, 200, paid.text);
    assert.equal(roundTrips(), 2);
  });
}
