import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addToWallet } from '../../src/wallet/wallet.ts';
import { startSimulator, type SimulatorSettings } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person, type TestApp } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder, countDeadlocks } from '../support/books.ts';
import { tally } from '../support/call.ts';
import { eventually } from '../support/eventually.ts';

const byCard = { payment_method: 'Card', ...CARD };
const byWallet = { payment_method: 'Wallet' };
const byWalletAndCard = { payment_method: 'Wallet', ...CARD };

/** An app whose gateway takes its time, and the books' check of everything at the end. */
async function startCinema(t: TestContext, settings: Partial<SimulatorSettings> = {}) {
  const gateway = await startSimulator({ apiKey: 'simulator', delayMs: 30, ...settings });
  t.after(() => gateway.close());
  const app = await startApp(t, { env: { PAYMENT_GATEWAY_URL: gateway.url } });
  const assertInOrder = async () => {
    await assertMoneyInOrder(app, gateway.charges());
    await assertHouseInOrder(app);
    await app.stop();
    assert.equal(await countDeadlocks(app.databaseUrl), 0);
  };
  return { app, gateway, assertInOrder };
}

async function holdEach(app: TestApp, people: readonly Person[]): Promise<number[]> {
  const shows = [await app.show(), await app.show()];
  return Promise.all(
    people.map(async (person, i) => {
      const seats = [`${'ABCDEFGHIJ'[i % 10]}${1 + (Math.floor(i / 10) % 10)}`];
      return Number((await app.hold(person, shows[i % 2] ?? 0, seats)).data['booking_id']);
    }),
  );
}

test('paying against cancelling: one of the two happens, and only what is confirmed was charged', async (t) => {
  const { app, gateway, assertInOrder } = await startCinema(t);
  const people = await app.customers(24);
  const bookings = await holdEach(app, people);

  const pairs = await Promise.all(
    people.map(async (person, i) => {
      const pay = () => app.pay(person, bookings[i] ?? 0, byCard);
      const cancel = () => app.cancel(person, bookings[i] ?? 0);
      const answers = i % 2 ? [pay(), cancel()] : [cancel(), pay()].toReversed();
      return (await Promise.all(answers)).map(({ code }) => code).join(' ');
    }),
  );

  const possible = /^(200 PAYMENT_IN_PROGRESS|200 INVALID_BOOKING_STATUS|BOOKING_NOT_FOUND 200)$/;
  const outcomes = tally(pairs);
  assert.deepEqual(
    Object.keys(outcomes).filter((outcome) => !possible.test(outcome)),
    [],
  );
  const paid = 24 - (outcomes['BOOKING_NOT_FOUND 200'] ?? 0);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), paid);
  assert.equal(await app.count('booking'), paid, 'what was cancelled is gone');
  assert.equal(gateway.charges().length, paid);
  await assertInOrder();
});

test('paying in the last moment of a hold, with rivals waiting, charges no customer without a booking', async (t) => {
  const { app, gateway, assertInOrder } = await startCinema(t, { delayMs: 150 });
  const people = await app.customers(30);
  const rivals = await app.customers(30);
  const bookings = await holdEach(app, people);
  const seats = await app.rows<{ id: number; show: number; seat: string }>(
    'select booking_id as id, show_id as show, seat_number as seat from booking_seat_mapping',
  );
  // A third ends before its payment comes, a third about then, a third while the gateway is thinking.
  const third = (place: number) => bookings.filter((_, i) => i % 3 === place);
  await Promise.all(third(0).map((id) => app.age(id, 0)));
  await Promise.all(third(1).map((id, i) => app.age(id, -0.02 * i)));

  const racing = Promise.all(
    people.map(async (person, i) => {
      const { show = 0, seat = '' } = seats.find(({ id }) => id === bookings[i]) ?? {};
      const paying = app.pay(person, bookings[i] ?? 0, byCard);
      const rival = await app.hold(rivals[i] as Person, show, [seat]);
      return `${(await paying).code} ${rival.code}`;
    }),
  );
  const begun = `original_booking_id in (${third(2).join()})`;
  await eventually(
    'the payments have begun',
    async () => (await app.count('payment_transaction', begun)) === 10,
  );
  await Promise.all(third(2).map((id) => app.age(id, 0)));
  const pairs = await racing;

  const { '200 SEATS_UNAVAILABLE': paid = 0, ...rest } = tally(pairs);
  // A rival may have the seat, or come a moment too early; a booking that is over is gone or about to be.
  const possible = /^(BOOKING_EXPIRED|BOOKING_NOT_FOUND) (201|SEATS_UNAVAILABLE)$/;
  assert.deepEqual(
    Object.keys(rest).filter((outcome) => !possible.test(outcome)),
    [],
  );
  assert.ok(paid >= 10 && paid <= 20, `${paid} of 30 were in time`);
  assert.equal(gateway.charges().length, paid);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), paid);
  const over = 'expiration_time <= clock_timestamp()';
  await eventually(
    'what is over is gone',
    async () => (await app.count('pending_booking_tracker', over)) === 0,
  );
  await assertInOrder();
});

test('a gateway slower than the hold: the seats stay the payer’s until it has answered', async (t) => {
  const { app, assertInOrder } = await startCinema(t, { delayMs: 900 });
  const [payer, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const booking = Number((await app.hold(payer, show, ['C3', 'C4'])).data['booking_id']);

  const paying = app.pay(payer, booking, byCard);
  await eventually('the payment has begun', async () => (await app.count('payment_transaction')) === 1);
  await app.age(booking, 1);
  const paid = paying.then(({ code }) => code);
  const refused: string[] = [];
  const tryOnce = async () => {
    const { code } = await app.hold(rival, show, ['C4', 'C5']);
    const { data } = await app.get(`/show?id=${show}`, { as: rival });
    refused.push(`${code} ${String(data['availableseats'])}`);
  };
  while ((await Promise.race([paid, tryOnce()])) === undefined);

  assert.equal(await paid, '200');
  assert.ok(refused.length > 3);
  assert.deepEqual(tally(refused), { 'SEATS_UNAVAILABLE 98': refused.length });
  await assertInOrder();
});

for (const [title, first, second, balance] of [
  ['card and card', byCard, byCard, '0.00'],
  ['wallet and card', byWallet, byCard, '200.00'],
  ['wallet and wallet', byWallet, byWallet, '400.00'],
  ['wallet with a card for the rest, twice', byWalletAndCard, byWalletAndCard, '150.00'],
] as const) {
  test(`two payments of one booking charge once: ${title}`, async (t) => {
    const { app, gateway, assertInOrder } = await startCinema(t);
    const people = await app.customers(20, { balance });
    const bookings = await holdEach(app, people);
    await app.rows(`update booking set amount_paid = 200`);

    const pairs = await Promise.all(
      people.map(async (person, i) => {
        const pay = (how: object) => app.pay(person, bookings[i] ?? 0, how);
        return (await Promise.all([pay(first), pay(second)])).map(({ code }) => code);
      }),
    );

    const {
      200: paid,
      PAYMENT_IN_PROGRESS: busy = 0,
      INVALID_BOOKING_STATUS: done = 0,
      ...rest
    } = tally(pairs.flat());
    assert.deepEqual([rest, paid, busy + done], [{}, 20, 20]);
    assert.ok(pairs.every((pair) => pair.includes('200')));
    assert.equal(await app.count('booking', `status = 'Confirmed'`), 20);
    const byWalletPaid = await app.count('booking', `payment_type = 'Wallet'`);
    const charges = balance === '150.00' ? 20 : 20 - byWalletPaid;
    assert.equal(gateway.charges().length, charges);
    await assertInOrder();
  });
}

test('two devices pay two bookings from one wallet that covers one: one is paid, nothing is overdrawn', async (t) => {
  const { app, gateway, assertInOrder } = await startCinema(t);
  const people = await app.customers(20, { balance: '250.00' });
  const show = [await app.show(), await app.show()];
  const pairs = await Promise.all(
    people.map(async (person, i) => {
      const seat = `${'ABCDE'[i % 5]}${1 + Math.floor(i / 5)}`;
      const held = await Promise.all(show.map((id) => app.hold(person, id, [seat])));
      const bookings = held.map(({ data }) => Number(data['booking_id']));
      const paid = await Promise.all(bookings.map((id) => app.pay(person, id, byWallet)));
      return paid.map(({ code }) => code);
    }),
  );

  assert.deepEqual(tally(pairs.map((pair) => pair.toSorted().join(' '))), { '200 INSUFFICIENT_BALANCE': 20 });
  assert.equal(await app.count('customer_wallet', 'balance = 50'), 20);
  assert.equal(gateway.charges().length, 0);
  await assertInOrder();
});

test('a wallet spent elsewhere while the card is charged: the charge stays in it, the booking stays unpaid', async (t) => {
  const { app, gateway, assertInOrder } = await startCinema(t, { delayMs: 400 });
  const person = await app.customer({ balance: '250.00' });
  const show = await app.show({ cost: '200.00' });
  const dear = Number((await app.hold(person, show, ['F1'])).data['booking_id']);
  const cheap = Number((await app.hold(person, show, ['A1'])).data['booking_id']);

  const paying = app.pay(person, dear, byWalletAndCard);
  await eventually('the charge has begun', async () => (await app.count('payment_transaction')) === 1);
  assert.equal((await app.pay(person, cheap, byWallet)).code, '200');
  const refused = await paying;

  assert.equal(refused.code, 'INSUFFICIENT_BALANCE');
  assert.equal(gateway.charges()[0]?.amount, 100);
  assert.equal(await app.count('customer_wallet', `username = '${person.username}' and balance = 150`), 1);
  assert.equal(await app.count('booking', `id = ${dear} and status = 'Pending'`), 1);
  await assertInOrder();
});

test('money that reaches the wallet while a payment looks into it is used', async (t) => {
  const { app, gateway, assertInOrder } = await startCinema(t);
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  let paying: ReturnType<typeof app.pay> | undefined;
  await app.pool.transaction(async (tx) => {
    await addToWallet(tx, { username: person.username, amount: '300.00', transactionId: 'top-up' });
    paying = app.pay(person, booking, byWallet);
    const waiting = `wait_event_type = 'Lock' and datname = current_database()`;
    await eventually('the payment waits', async () => (await app.count('pg_stat_activity', waiting)) === 1);
  });

  assert.equal((await paying)?.code, '200');
  assert.equal(gateway.charges().length, 0);
  await assertInOrder();
});
