import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { listenToApp } from '../support/round-trips.ts';
import { startUpstream } from '../support/upstream.ts';

const { app, overhear } = await listenToApp(wholeFile);
const DECLINED = { ...CARD, card_number: '4000000000000002' };

const BEGIN = /'Processing',\s+clock_timestamp/;
const SETTLE = /set status = 'Completed'/;
const GIVE_UP = /and earlier_resolution is null/;
const payments = {
  'by wallet': [{ payment_method: 'Wallet' }, '900.00'],
  'by card': [{ payment_method: 'Card', ...CARD }, '0.00'],
  'by wallet, which is enough, with a card': [{ payment_method: 'Wallet', ...CARD }, '900.00'],
  'by both': [{ payment_method: 'Wallet', ...CARD }, '150.00'],
  'by a card that is declined': [{ payment_method: 'Card', ...DECLINED }, '0.00'],
} as const;

for (const isKeyed of [false, true]) {
  const with_ = isKeyed ? ', with a key' : '';
  const headers = (): Record<string, string> => (isKeyed ? { 'idempotency-key': randomUUID() } : {});

  for (const [how, status, steps] of [
    ['by wallet', 200, [/insert into wallet_transaction/]],
    ['by wallet, which is enough, with a card', 200, [/insert into wallet_transaction/]],
    ['by card', 200, [BEGIN, SETTLE]],
    ['by both', 200, [BEGIN, SETTLE]],
    ['by a card that is declined', 402, [BEGIN, GIVE_UP]],
  ] as const) {
    test(`a payment ${how}${with_} is one transaction of two round trips on each side of the charge`, async () => {
      const [body, balance] = payments[how];
      const as = await app.customer({ balance });
      const held = await app.hold(as, await app.show(), ['A1', 'A2']);
      const payment = { booking_id: held.data['booking_id'], ...body };
      const ask = { as, body: payment, headers: headers() };
      const { done, tripsOf } = await overhear(() => app.post('/customer/booking/payment', ask));
      assert.equal(done.status, status, done.text);
      for (const step of steps) assert.deepEqual(tripsOf(step), { trips: 2, locked: 1 });
      if (isKeyed) assert.equal(tripsOf(/into idempotency_key as kept/).trips, 1);
    });
  }

  // The answer has the balance, which only the database knows; so it is stored after the balance is written.
  test(`a top-up${with_} begins in two round trips and settles in ${isKeyed ? 'three' : 'two'}`, async () => {
    const ask = { as: await app.customer(), body: { ...CARD, amount: 12.5 }, headers: headers() };
    const { done, tripsOf } = await overhear(() => app.post('/customer/wallet/add-funds', ask));
    assert.equal(done.status, 200, done.text);
    assert.deepEqual(tripsOf(BEGIN), { trips: 2, locked: 1 });
    assert.equal(tripsOf(SETTLE).trips, isKeyed ? 3 : 2);
  });
}

test('while a charge is under way no transaction is open, and no row of booking, hold, seats, wallet, attempt or key is locked', async () => {
  const faults: unknown[] = [];
  let look = async () => {};
  const gateway = await startUpstream(wholeFile, (_request, response) => {
    const answer = JSON.stringify({ status: 'SUCCESS', transaction_id: randomUUID() });
    look()
      .catch((fault: unknown) => faults.push(fault))
      .finally(() => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  const free = await startApp(wholeFile, { env: { PAYMENT_GATEWAY_URL: `http://${gateway.address}` } });
  await free.needs.monitor.stop();
  let looks = 0;
  look = async () => {
    looks += 1;
    const open = await free.rows(`select query from pg_stat_activity
      where datname = current_database() and application_name like 'skyfox%' and xact_start is not null`);
    assert.deepEqual(open, []);
    for (const table of [
      'booking',
      'pending_booking_tracker',
      'booking_seat_mapping',
      'customer_wallet',
      'payment_transaction',
      'idempotency_key',
    ]) {
      const [count] = await free.rows<{ all: number; free: number }>(`
        with unlocked as (select 1 from ${table} for update skip locked)
        select (select count(*) from ${table}) as all, (select count(*) from unlocked) as free`);
      assert.ok(count && count.all > 0, table);
      assert.equal(count.free, count.all, table);
    }
  };
  const as = await free.customer({ balance: '150.00' });
  await free.hold(as, await free.show(), ['A1']);
  for (const payment of [payments['by card'][0], payments['by both'][0]]) {
    const held = await free.hold(as, await free.show(), ['A1', 'A2']);
    const body = { booking_id: held.data['booking_id'], ...payment };
    const headers = { 'idempotency-key': randomUUID() };
    const paid = await free.post('/customer/booking/payment', { as, body, headers });
    assert.equal(paid.status, 200, paid.text);
  }
  assert.equal(
    (await free.post('/customer/wallet/add-funds', { as, body: { ...CARD, amount: 5 } })).status,
    200,
  );
  assert.deepEqual([faults, looks], [[], 3]);
});
