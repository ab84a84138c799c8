import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../../src/platform/database/db.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const app = await startApp(wholeFile, { env: { PAYMENT_TIMEOUT_SECONDS: '1' } });
const byCard = { payment_method: 'Card', ...CARD };
const byWallet = { payment_method: 'Wallet' };

const show = await app.show({ cost: '208.97' });
let seat = 10;
/** A hold of its own on one seat, the next of the first five rows. */
async function held(person: Person, seats?: string[]): Promise<number> {
  seat += 1;
  const own = [`${'ABCDE'[Math.floor(seat / 10)]}${(seat % 10) + 1}`];
  return Number((await app.hold(person, show, seats ?? own)).data['booking_id']);
}
const attemptsOf = (booking: number) =>
  app.rows<{ status: string; reason: string | null; charged: boolean }>(`
    select status, reason, transaction_id is not null as charged
    from payment_transaction where original_booking_id = ${booking} order by id`);
const holdOf = async (booking: number) => {
  const [hold] = await app.rows<{ status: string; isMarked: boolean; isWhole: boolean }>(`
    select status, paying_until is not null as "isMarked",
      extract(epoch from expiration_time - booking_time) between 299 and 301 as "isWhole"
    from booking join pending_booking_tracker on booking_id = id where id = ${booking}`);
  return hold;
};

test('a payment by card is answered with the whole booking, and its rows say the same', async () => {
  const person = await app.customer();
  const booking = await held(person, ['F10', 'A10', 'A9']);
  const before = app.bank.charges().length;

  const { status, json, data } = await app.pay(person, booking, byCard);

  assert.equal(status, 200);
  assert.equal(json['message'], 'Payment processed successfully');
  const charge = app.bank.charges()[before];
  const { booking_time, show_date, ...rest } = data as object as Record<string, unknown>;
  assert.deepEqual(rest, {
    booking_id: booking,
    show_id: show,
    show_time: '08:30:00.000000',
    customer_name: 'Asha Rao',
    phone_number: rest['phone_number'],
    seat_numbers: ['A9', 'A10', 'F10'],
    amount_paid: 776.91,
    payment_type: 'Card',
    status: 'Confirmed',
    transaction_id: charge?.transaction_id,
  });
  assert.match(String(rest['phone_number']), /^\d{10}$/);
  assert.match(String(show_date), /^\d{4}-\d\d-\d\d$/);
  assert.match(String(booking_time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal(charge?.amount, 776.91);
  assert.deepEqual(await attemptsOf(booking), [{ status: 'Completed', reason: null, charged: true }]);
  assert.equal(await app.count('pending_booking_tracker', `booking_id = ${booking}`), 0);
  await assertHouseInOrder(app);
});

test('a payment is refused for the first of its faults, in the order of the contract, and writes nothing', async () => {
  const [person, other] = (await app.customers(2)) as [Person, Person];
  const [mine, theirs, paid, over] = [
    await held(person),
    await held(other),
    await held(person),
    await held(person),
  ];
  await app.pay(person, paid, byCard);
  await app.needs.monitor.stop();
  await app.age(over);
  const charges = app.bank.charges().length;
  const attempts = await app.count('payment_transaction');

  const cases: [booking: number, how: object, status: number, code: string, message: string][] = [
    [999_999, byWallet, 404, 'BOOKING_NOT_FOUND', 'Booking not found'],
    [-1, byWallet, 404, 'BOOKING_NOT_FOUND', 'Booking not found'],
    [theirs, byWallet, 403, 'UNAUTHORIZED_ACCESS', "You don't have permission to access this booking"],
    [
      paid,
      byWallet,
      400,
      'INVALID_BOOKING_STATUS',
      'Payment can only be processed for bookings in pending state',
    ],
    [over, byWallet, 400, 'BOOKING_EXPIRED', 'This booking has expired. Please make a new booking'],
    [over, byCard, 400, 'BOOKING_EXPIRED', 'This booking has expired. Please make a new booking'],
    [mine, byWallet, 400, 'INSUFFICIENT_BALANCE', 'Not enough wallet balance and no card details provided'],
    [
      mine,
      { ...byWallet, ...CARD, cvv: '' },
      400,
      'INSUFFICIENT_BALANCE',
      'Not enough wallet balance and no card details provided',
    ],
  ];
  for (const [booking, how, status, code, message] of cases) {
    const { json, ...answer } = await app.pay(person, booking, how);
    assert.deepEqual([answer.status, json['code'], json['message']], [status, code, message]);
  }
  const { json } = await app.pay(person, 0, { payment_method: 'Cash' });
  assert.deepEqual(json['errors'], [
    { field: 'BookingID', message: 'This field is required', path: 'booking_id' },
    { field: 'PaymentMethod', message: 'Invalid value', path: 'payment_method' },
  ]);
  const mistyped = await app.pay(person, mine, { payment_method: 1 });
  assert.deepEqual([mistyped.code, mistyped.json['message']], ['INVALID_REQUEST', 'Invalid payment data']);
  for (const as of [app.admin, app.staff]) assert.equal((await app.pay(as, mine, byCard)).code, 'FORBIDDEN');

  assert.equal(app.bank.charges().length, charges);
  assert.equal(await app.count('payment_transaction'), attempts);
  assert.deepEqual(await holdOf(mine), { status: 'Pending', isMarked: false, isWhole: true });
});

for (const [title, card, status, code, reason] of [
  ['a declined card', { card_number: '4000000000000002' }, 402, 'PAYMENT_FAILED', 'declined'],
  [
    'a gateway in maintenance',
    { card_number: '4000000000000119' },
    502,
    'PAYMENT_SERVICE_ERROR',
    'notCharged: status 503',
  ],
  [
    'a card number that is none',
    { card_number: '4242424242424241' },
    400,
    'PAYMENT_VALIDATION_FAILED',
    'refused',
  ],
  [
    'no card at all',
    { card_number: null, cvv: '', cardholder_name: undefined },
    400,
    'PAYMENT_VALIDATION_FAILED',
    'refused',
  ],
] as const) {
  test(`${title}: surely not charged, the hold is as before and may be paid`, async () => {
    const person = await app.customer();
    const booking = await held(person);

    const refused = await app.pay(person, booking, { ...byCard, ...card });

    assert.deepEqual([refused.status, refused.code], [status, code]);
    const [attempt] = await attemptsOf(booking);
    assert.deepEqual(attempt, { status: 'Failed', reason, charged: false });
    assert.deepEqual(await holdOf(booking), { status: 'Pending', isMarked: false, isWhole: true });
    await assertHouseInOrder(app);
    assert.equal((await app.pay(person, booking, byCard)).code, '200');
  });
}

test('the words of the gateway about a card reach the customer', async () => {
  const person = await app.customer();
  const refused = await app.pay(person, await held(person), { ...byCard, cvv: '12', card_number: '1' });
  assert.equal(
    refused.json['message'],
    'Payment validation failed: Card number must be exactly 16 digits (card_number), CVV must be exactly 3 digits (cvv)',
  );
  assert.deepEqual(refused.json['errors'], [
    { field: 'CardNumber', message: 'Card number must be exactly 16 digits', path: 'card_number' },
    { field: 'CVV', message: 'CVV must be exactly 3 digits', path: 'cvv' },
  ]);
});

test('a card that is missing is reported with all its fields, whatever the gateway says of it', async () => {
  const person = await app.customer();
  const refused = await app.pay(person, await held(person), { payment_method: 'Card' });
  const errors = refused.json['errors'] as unknown as { field: string; message: string; path: string }[];
  assert.equal(refused.code, 'PAYMENT_VALIDATION_FAILED');
  assert.deepEqual(
    errors.map(({ field, path }) => [field, path]),
    [
      ['CardNumber', 'card_number'],
      ['CVV', 'cvv'],
      ['ExpiryMonth', 'expiry_month'],
      ['ExpiryYear', 'expiry_year'],
      ['CardholderName', 'cardholder_name'],
    ],
  );
  assert.ok(errors.every(({ message }) => message === 'This field is required'));
});

for (const [title, number, status, code, charges] of [
  ['a gateway that charges and never answers', '4000000000009995', 504, 'PAYMENT_SERVICE_ERROR', 1],
  ['a connection cut after the charge', '4000000000000341', 502, 'PAYMENT_SERVICE_ERROR', 1],
  ['a connection cut before the charge', '4000000000000069', 502, 'PAYMENT_SERVICE_ERROR', 0],
  ['an answer that nobody can read', '4000000000000127', 502, 'PAYMENT_SERVICE_ERROR', 0],
] as const) {
  test(`${title}: the attempt is Unknown, and nothing is charged for the booking any more`, async () => {
    const person = await app.customer({ balance: '1000.00' });
    const booking = await held(person);
    const before = app.bank.charges().length;

    const refused = await app.pay(person, booking, { ...byCard, card_number: number });

    assert.deepEqual([refused.status, refused.code], [status, code]);
    assert.equal(app.bank.charges().length - before, charges);
    assert.equal((await attemptsOf(booking))[0]?.status, 'Unknown');
    assert.deepEqual(await holdOf(booking), { status: 'Pending', isMarked: false, isWhole: true });
    for (const how of [byCard, byWallet]) {
      const again = await app.pay(person, booking, how);
      assert.deepEqual([again.status, again.code], [409, 'PAYMENT_UNRESOLVED']);
    }
    assert.equal((await app.cancel(person, booking)).code, '200');
    assert.equal((await attemptsOf(booking)).length, 1, 'the attempt outlives its booking');
    assert.equal(app.bank.charges().length - before, charges);
    await assertHouseInOrder(app);
  });
}

test('a customer who hangs up during the charge has paid', async () => {
  const person = await app.customer();
  const booking = await held(person);
  const hangUp = new AbortController();
  const paying = fetch(`${app.base}/customer/booking/payment`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ booking_id: booking, ...byCard }),
    signal: hangUp.signal,
  });
  await eventually('the charge has begun', async () => (await attemptsOf(booking)).length === 1);
  hangUp.abort();
  await paying.catch(() => undefined);

  const isConfirmed = async () =>
    (await app.count('booking', `id = ${booking} and status = 'Confirmed'`)) === 1;
  await eventually('the booking is confirmed', isConfirmed);
});

test('a lease that is over by a moment lets no second charge begin', async () => {
  const person = await app.customer({ balance: '1000.00' });
  const booking = await held(person);
  // The mark is off already, the attempt's own lease ends a moment later.
  await app.pool.run(sql`
    insert into payment_transaction (booking_id, original_booking_id, payment_method, amount, status, lease_until)
    values (${booking}, ${booking}, 'Card', 208.97, 'Processing', clock_timestamp() + interval '1 s')`);
  for (const how of [byCard, byWallet])
    assert.equal((await app.pay(person, booking, how)).code, 'PAYMENT_UNRESOLVED');
  await app.script(`delete from payment_transaction where original_booking_id = ${booking}`);
});

test('every charge of this page belongs to a booking or to an attempt that is known to be unknown', async () => {
  const unknown = await app.rows<{ key: string }>(
    `select attempt_id as key from payment_transaction where status = 'Unknown'`,
  );
  const keys = new Set(unknown.map(({ key }) => key));
  await assertMoneyInOrder(
    app,
    app.bank.charges().filter(({ key }) => !keys.has(key ?? '')),
  );
});
