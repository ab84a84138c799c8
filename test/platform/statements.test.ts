import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { findAll } from '../../src/checkout/checkout.ts';
import { closeMonths } from '../../src/reports/close-months.ts';
import { book, checkIn, checkInAll, scanned, showAt } from '../checkins/door.ts';
import { resetToken, signedUp } from '../customers/people.ts';
import { CARD, startApp, type Person, type TestApp } from '../support/app.ts';
import type { Answer } from '../support/call.ts';
import { eventually } from '../support/eventually.ts';
import { linesOf, longStatements, sentStatements } from '../support/statements.ts';

const idOf = ({ data }: Answer) => Number(data['booking_id']);
const key = () => ({ 'idempotency-key': randomUUID() });
const isGood = (answer: Answer) => assert.ok(answer.status < 300, answer.text);

/** A statement of each use case, by what it has in it. */
const MARKS = {
  'a hold': /insert into pending_booking_tracker/,
  'a walk-in': /insert into admin_booked_customer/,
  'a payment from the wallet': /insert into wallet_transaction[^]*'Wallet'/,
  'a payment by card': /set status = 'Completed'/,
  'a hold let go': /delete from booking/,
  'a check-in': /insert into check_in/,
  revenue: /revenue_month/,
  'the export': /select format\(/,
  'free seats and taken ones': /booking_seat_mapping/,
  'what the housekeeping looks for': /from wallet_transaction/,
};

async function buy(app: TestApp, customer: Person) {
  const showId = await app.show();
  const body = { show_id: showId, seat_numbers: ['B1', 'B2'] };
  const held = await app.post('/customer/booking/initialize', { as: customer, body, headers: key() });
  isGood(held);
  isGood(await app.post(`/customer/booking/${idOf(held)}/extend`, { as: customer }));
  isGood(await app.pay(customer, idOf(held)));
  const second = await app.hold(customer, showId, ['A1']);
  isGood(await app.pay(customer, idOf(second), { payment_method: 'Wallet' }));
  const third = await app.hold(customer, showId, ['A2']);
  isGood(await app.cancel(customer, idOf(third)));
  assert.equal((await app.hold(customer, showId, ['A1'])).code, 'SEATS_UNAVAILABLE');
  const guest = { customer_name: 'Walk In', phone_number: '9876543210' };
  const walkIn = { ...guest, show_id: showId, seat_numbers: ['C1'] };
  isGood(await app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn, headers: key() }));
  const topUp = { ...CARD, amount: 10 };
  isGood(await app.post('/customer/wallet/add-funds', { as: customer, body: topUp, headers: key() }));
  const lost = await app.hold(customer, showId, ['A3']);
  await app.age(idOf(lost));
  await eventually('the hold is gone', async () => (await app.count('booking', `id = ${idOf(lost)}`)) === 0);
  return { showId, bookingId: idOf(held) };
}

async function openTheDoor(app: TestApp) {
  const showId = await showAt(app, { inMinutes: 10 });
  const [first = 0, second = 0, third = 0] = await book(app, showId, 3);
  isGood(await checkIn(app, { booking_id: first }));
  isGood(await checkIn(app, { ticket: await scanned(app, second) }));
  isGood(await checkInAll(app, [first, third, 999_999]));
}

async function read(app: TestApp, customer: Person, { showId, bookingId }: Record<string, number>) {
  for (const path of [
    '/customer/bookings',
    '/customer/bookings/latest',
    `/customer/booking/${bookingId}`,
    '/customer/wallet',
    '/customer/wallet/transactions',
    '/customer/profile',
  ]) {
    isGood(await app.get(path, { as: customer }));
  }
  for (const path of [
    '/shows',
    `/show?id=${showId}`,
    `/shows/${showId}/seat-map`,
    '/programme',
    '/slot',
    '/slot-all',
    '/security-questions',
    '/admin/bookings?query=asha',
    `/admin/bookings?query=98765&date=2030-01-01&show_id=${showId}&before=99`,
    '/check-in/bookings',
    `/booking/${bookingId}/qr`,
    `/booking/${bookingId}/pdf`,
    ...['', '?month=1&year=2025', '?excel=true'].map((query) => `/booking-csv${query}`),
    ...['', '?timeframe=daily', '?timeframe=monthly&movie_id=tt1&slot_id=1'].map(
      (query) => `/revenue${query}`,
    ),
  ]) {
    isGood(await app.get(path, { as: app.admin }));
  }
}

test('a statement is 40 lines at most as it is sent, whatever parts it is put together from', async (t) => {
  assert.equal(linesOf('\n select 1,\n\n  2\n '), 2);
  const app = await startApp(t, { env: { MAX_SEATS_HELD: '9' } });
  const signed = await signedUp(app);
  isGood(
    await app.post('/forgot-password', {
      body: {
        email: signed.email,
        reset_token: await resetToken(app, signed.email),
        new_password: 'Meadow@2026',
      },
    }),
  );
  const customer = await app.customer({ balance: '5000.00' });
  const bought = await buy(app, customer);
  await openTheDoor(app);
  await closeMonths(app.needs.pool, 'UTC');
  await read(app, customer, bought);
  await findAll(app.needs.reports, 24);

  const sent = sentStatements();
  for (const [what, mark] of Object.entries(MARKS)) {
    assert.ok(
      sent.some((text) => mark.test(text)),
      `${what} was not measured`,
    );
  }
  const longest = sent.toSorted((one, other) => linesOf(other) - linesOf(one)).slice(0, 12);
  t.diagnostic(`${sent.length} statements, the longest of ${longest.map(linesOf).join(', ')} lines`);
  assert.deepEqual(longStatements(), []);
});
