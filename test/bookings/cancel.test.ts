import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { tally, type Json } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const idOf = ({ data }: { data: Json }) => Number(data['booking_id']);

test('a hold that its customer lets go is gone, and its seats are free at once', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const booking = idOf(await app.hold(person, show, ['A1', 'A2']));
  await app.get(`/shows/${show}/seat-map`, { as: rival });

  const answer = await app.cancel(person, booking);

  assert.deepEqual([answer.status, answer.json['message']], [200, 'Booking cancelled successfully']);
  assert.ok(!('data' in answer.json));
  const map = await app.get(`/shows/${show}/seat-map`, { as: rival });
  assert.ok(!map.text.includes('"occupied":true'));
  assert.equal((await app.hold(rival, show, ['A1'])).code, '201');
  assert.equal((await app.cancel(person, booking)).code, 'BOOKING_NOT_FOUND', 'a second time');
  await assertHouseInOrder(app);
});

test('only the owner cancels, and only what is Pending', async () => {
  const [person, other] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const [booking, paid] = [
    idOf(await app.hold(person, show, ['A1'])),
    idOf(await app.hold(person, show, ['A2'])),
  ];
  await app.pay(person, paid);
  const cancelText = (as: Person, id: string) => app.call('DELETE', `/customer/booking/${id}/cancel`, { as });

  for (const [as, id, status, code, message] of [
    [person, 'abc', 400, 'INVALID_BOOKING_ID', 'Booking ID must be a valid integer'],
    [person, '1.5', 400, 'INVALID_BOOKING_ID', 'Booking ID must be a valid integer'],
    [person, '%20', 400, 'INVALID_BOOKING_ID', 'Booking ID must be a valid integer'],
    [person, '999999', 404, 'BOOKING_NOT_FOUND', 'Booking not found'],
    [person, '-1', 404, 'BOOKING_NOT_FOUND', 'Booking not found'],
    [person, '9'.repeat(30), 404, 'BOOKING_NOT_FOUND', 'Booking not found'],
    [other, `${booking}`, 403, 'UNAUTHORIZED_ACCESS', "You don't have permission to access this booking"],
    [person, `${paid}`, 400, 'INVALID_BOOKING_STATUS', 'Only pending bookings can be cancelled'],
    [app.admin, `${booking}`, 403, 'FORBIDDEN', 'Access denied. Customer role required'],
  ] as const) {
    const { status: actual, json } = await cancelText(as, id);
    assert.deepEqual([actual, json['code'], json['message']], [status, code, message]);
  }
  assert.equal(await app.count('booking', `id in (${booking}, ${paid})`), 2);
});

test('if a customer cancels from ten devices at once, one is told that it is done', async () => {
  const person = await app.customer();
  const booking = idOf(await app.hold(person, await app.show(), ['A1', 'A2']));
  const answers = await Promise.all(Array.from({ length: 10 }, () => app.cancel(person, booking)));
  assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 1, BOOKING_NOT_FOUND: 9 });
});

test('a customer’s bookings are listed newest first, with seats in their natural order, and nobody else’s', async () => {
  const [person, other] = (await app.customers(2)) as [Person, Person];
  const show = await app.show({ slotId: 3 });
  const list = async (as: Person) =>
    (await app.get('/customer/bookings', { as })).data as unknown as Record<string, unknown>[];
  const latest = async (as: Person) => (await app.get('/customer/bookings/latest', { as })).json;
  assert.deepEqual(await list(person), []);
  assert.deepEqual(
    [(await latest(person))['data'], (await latest(person))['message']],
    [null, 'Latest booking fetched successfully'],
  );

  const first = idOf(await app.hold(person, show, ['A10', 'A9', 'F1']));
  await app.pay(person, first);
  const second = idOf(await app.hold(person, show, ['J10']));
  await app.hold(other, show, ['B1']);

  const [newest, oldest, ...more] = await list(person);
  assert.deepEqual(more, []);
  const { booking_time, show_date, ...rest } = oldest ?? {};
  assert.deepEqual(rest, {
    booking_id: first,
    show_id: show,
    show_time: '16:30:00.000000',
    seat_numbers: ['A9', 'A10', 'F1'],
    amount_paid: 750,
    payment_type: 'Card',
    status: 'Confirmed',
  });
  assert.ok(Math.abs(Date.parse(String(booking_time)) - Date.now()) < 60_000);
  assert.match(String(show_date), /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual(
    [newest?.['booking_id'], newest?.['status'], newest?.['payment_type'], newest?.['amount_paid']],
    [second, 'Pending', 'Card', 350],
  );
  assert.equal(newest?.['amount_due'], 350, 'what it says of a payment is a price');
  const left = Date.parse(String(newest?.['expires_at'])) - Date.now();
  assert.ok(left > 290_000 && left <= 301_000, `${left} ms are left`);
  assert.deepEqual((await latest(person))['data'], newest);
});
