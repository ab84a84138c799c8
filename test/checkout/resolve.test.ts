import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CannotResolve, resolveAttempt } from '../../src/checkout/checkout.ts';
import type { Resolution } from '../../src/payments/payments.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

// Nothing cleans up but the tests.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const CUT = { ...CARD, card_number: '4000000000000341' };

type Row = Record<string, unknown>;
const attemptOf = async (person: Person): Promise<{ id: number } & Row> => {
  const [attempt] = await app.rows<{ id: number } & Row>(
    `select * from payment_transaction
    where customer_username = '${person.username}' and payment_method = 'Card' order by id desc limit 1`,
  );
  assert.ok(attempt);
  return attempt;
};
const resolve = async (person: Person, resolution: Resolution) =>
  resolveAttempt(app.pool, { id: (await attemptOf(person)).id, resolution, by: 'test' });
const refuses = async (person: Person, resolution: Resolution, why: RegExp) => {
  const before = await attemptOf(person);
  await assert.rejects(
    resolve(person, resolution),
    (error) => error instanceof CannotResolve && why.test(error.message),
  );
  assert.deepEqual(await attemptOf(person), before);
};
const balance = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);
const movesOf = ({ username }: Person) =>
  app.rows<Row>(
    `select transaction_type as type, amount from wallet_transaction where username = '${username}' order by id`,
  );
const statusOf = async (booking: number) =>
  (await app.rows<{ status: string }>(`select status from booking where id = ${booking}`))[0]?.status;

/** A hold whose payment was charged, which nobody knows. */
async function unknownPayment({ balance = '0.00', method = 'Card', card = CUT.card_number } = {}) {
  const [person, show] = [await app.customer({ balance }), await app.show()];
  const booking = Number((await app.hold(person, show, ['A1', 'A2'])).data['booking_id']);
  const answer = await app.pay(person, booking, { payment_method: method, ...CARD, card_number: card });
  assert.equal(answer.code, 'PAYMENT_SERVICE_ERROR');
  return { person, show, booking };
}

test('credited: the charge is in the wallet once, with its row, though two operators say so at once', async () => {
  const { person, booking } = await unknownPayment();
  const runs = await Promise.allSettled([resolve(person, 'credited'), resolve(person, 'credited')]);
  assert.deepEqual(runs.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  assert.equal(await balance(person), 400);
  assert.deepEqual(await movesOf(person), [{ type: 'ADD', amount: '400.00' }]);
  assert.equal(
    (await app.pay(person, booking, { payment_method: 'Wallet' })).code,
    '200',
    'and may be spent',
  );
});

test('confirmed, while the hold is there: the booking is paid', async () => {
  const { person, booking } = await unknownPayment();
  await resolve(person, 'confirmed');
  assert.equal(await statusOf(booking), 'Confirmed');
  assert.equal((await app.pay(person, booking)).code, 'INVALID_BOOKING_STATUS');
});

for (const [how, end] of [
  ['ended', ({ booking }: { booking: number }) => app.age(booking)],
  [
    'was cancelled',
    async (held: { booking: number; person: Person }) =>
      assert.equal((await app.cancel(held.person, held.booking)).code, '200'),
  ],
] as const) {
  test(`confirmed, after the hold ${how} and its seats are free: the booking is there again, and paid`, async () => {
    const held = await unknownPayment();
    await end(held);
    await resolve(held.person, 'confirmed');
    const [booking] = await app.rows<Row>(
      `select id, status, amount_paid, no_of_seats, payment_type from booking where id = ${held.booking}`,
    );
    assert.deepEqual(booking, {
      id: held.booking,
      status: 'Confirmed',
      amount_paid: '400.00',
      no_of_seats: 2,
      payment_type: 'Card',
    });
    const { data } = await app.get('/customer/bookings', { as: held.person });
    assert.deepEqual((data as unknown as { seat_numbers: string[] }[])[0]?.seat_numbers, ['A1', 'A2']);
    assert.equal((await app.hold(await app.customer(), held.show, ['A2'])).code, 'SEATS_UNAVAILABLE');
  });
}

test('confirmed is refused when a seat has gone to somebody else, held or sold: nothing changes', async () => {
  for (const pays of [false, true]) {
    const held = await unknownPayment();
    await app.age(held.booking);
    const rival = await app.customer();
    const taken = await app.hold(rival, held.show, ['A2', 'A3']);
    assert.equal(taken.code, '201');
    if (pays) await app.pay(rival, Number(taken.data['booking_id']));

    await refuses(held.person, 'confirmed', /the seats have gone to somebody else: refund or credit it/);
    assert.equal((await attemptOf(held.person))['status'], 'Unknown');
    assert.notEqual(await statusOf(held.booking), 'Confirmed');
    await resolve(held.person, 'refunded');
  }
});

test('confirmed is refused where the price has changed since the charge', async () => {
  const held = await unknownPayment();
  await app.cancel(held.person, held.booking);
  await app.script(`update show set cost = 250 where id = ${held.show}`);
  await refuses(held.person, 'confirmed', /costs 500.00, not 400.00/);
  assert.equal(await statusOf(held.booking), undefined);
  await resolve(held.person, 'refunded');
});

test('the shortfall of a wallet payment: confirmed it is added and the price deducted, as if it had gone well', async () => {
  const { person, booking } = await unknownPayment({ balance: '150.00', method: 'Wallet' });
  assert.equal((await attemptOf(person))['amount'], '250.00');
  await resolve(person, 'confirmed');
  assert.equal(await balance(person), 0);
  assert.equal(await statusOf(booking), 'Confirmed');
  assert.deepEqual(await movesOf(person), [
    { type: 'ADD', amount: '150.00' },
    { type: 'ADD', amount: '250.00' },
    { type: 'DEDUCT', amount: '400.00' },
  ]);
});

test('the shortfall of a wallet payment is confirmed also when its hold has ended and nothing has removed it', async () => {
  const { person, booking } = await unknownPayment({ balance: '150.00', method: 'Wallet' });
  await app.age(booking);
  await resolve(person, 'confirmed');
  assert.equal(await statusOf(booking), 'Confirmed');
  assert.equal(await balance(person), 0);
});

test('the shortfall of a wallet that was spent meanwhile cannot confirm; credited it can', async () => {
  const { person } = await unknownPayment({ balance: '150.00', method: 'Wallet' });
  const cheap = Number(
    (await app.hold(person, await app.show({ cost: '100.00' }), ['A1'])).data['booking_id'],
  );
  await app.pay(person, cheap, { payment_method: 'Wallet' });
  await refuses(
    person,
    'confirmed',
    /the wallet holds too little for the rest of the price: credit it instead/,
  );
  assert.equal(await balance(person), 50);
  await resolve(person, 'credited');
  assert.equal(await balance(person), 300);
});

test('failed: the gateway never charged, so the booking may be paid again; a charge that is known cannot fail', async () => {
  const { person, booking } = await unknownPayment({ card: '4000000000000069' });
  const mine = `customer_username = '${person.username}'`;
  await app.script(`update payment_transaction set transaction_id = 'tx-9' where ${mine}`);
  await refuses(person, 'failed', /was charged \(transaction tx-9\): refund, credit or confirm it/);

  await app.script(`update payment_transaction set transaction_id = null where ${mine}`);
  assert.equal((await app.pay(person, booking)).code, 'PAYMENT_UNRESOLVED');
  await resolve(person, 'failed');
  assert.equal((await attemptOf(person))['status'], 'Failed');
  assert.equal((await app.pay(person, booking)).code, '200');
});

test('an attempt whose lease ends while an operator waits for its booking is settled', async () => {
  const { person, booking } = await unknownPayment();
  await app.script(`update payment_transaction set lease_until = clock_timestamp() + interval '0.3 s'
    where customer_username = '${person.username}'`);
  const isOver = `customer_username = '${person.username}' and lease_until <= clock_timestamp()`;
  await byHand(app, async (hand) => {
    await hand.lock(`booking where id = ${booking}`);
    const settling = resolve(person, 'refunded');
    await hand.isWaitedFor();
    await eventually('it is over', async () => (await app.count('payment_transaction', isOver)) === 1);
    await hand.letGo();
    await settling;
  });
  assert.equal((await attemptOf(person))['status'], 'Refunded');
});

test('a top-up is credited, not confirmed', async () => {
  const person = await app.customer();
  await app.post('/customer/wallet/add-funds', { as: person, body: { ...CUT, amount: 12.5 } });
  await refuses(person, 'confirmed', /is a top-up: credit or refund it/);
  await resolve(person, 'credited');
  assert.equal(await balance(person), 12.5);
});

test('what is in order, under way, failed or not there cannot be settled', async () => {
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  await app.pay(person, booking, { payment_method: 'Card', ...CARD, card_number: '4000000000000002' });
  await refuses(person, 'refunded', /failed: it charged nobody/);
  await app.pay(person, booking);
  await refuses(person, 'refunded', /is in order/);

  const dead = await unknownPayment();
  const { id } = await attemptOf(dead.person);
  const lease = (seconds: number) =>
    app.script(`update payment_transaction
      set status = 'Processing', lease_until = clock_timestamp() + interval '${seconds} s' where id = ${id}`);
  await lease(20);
  await refuses(dead.person, 'refunded', /is still under way/);
  await lease(0);
  await resolve(dead.person, 'refunded');
  const nobody = { id: 999_999, resolution: 'failed', by: 'test' } as const;
  await assert.rejects(resolveAttempt(app.pool, nobody), /there is no attempt 999999/);
});

test('at the end every charge is accounted for', async () => {
  assert.deepEqual((await audit(app.pool, app.bank.charges())).attempts, []);
});
