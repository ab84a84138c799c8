import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../../src/platform/database/db.ts';
import { startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { wholeFile } from '../support/database.ts';

// Rows as the reference and the SQL editor write them: neither knows of show_id and held_until in a seat's row.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();

const UNIQUE_VIOLATION = '23505';

async function foreignBooking(person: Person, show: number, status = 'Pending'): Promise<number> {
  const [row] = await app.rows<{ id: number }>(`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    values (current_date, ${show}, '${person.username}', 1, 200, '${status}', 'Card')
    returning id`);
  return row?.id ?? 0;
}
const foreignSeat = (booking: number, seat: string) =>
  app.script(`insert into booking_seat_mapping (booking_id, seat_number) values (${booking}, '${seat}')`);
const foreignTracker = (booking: number, inSeconds: number) =>
  app.script(`insert into pending_booking_tracker (booking_id, expiration_time)
    values (${booking}, clock_timestamp() + interval '${inSeconds} s')`);
const seatOf = async (booking: number) => {
  const [seat] = await app.rows<{ show_id: number; seconds: number | null }>(`
    select show_id, extract(epoch from held_until - clock_timestamp())::float8 as seconds
    from booking_seat_mapping where booking_id = ${booking}`);
  return seat;
};
const secondsOf = async (booking: number) => Math.round((await seatOf(booking))?.seconds ?? Number.NaN);

test('a hold that another tool wrote gets its show and its end, and holds', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const booking = await foreignBooking(person, show);
  await foreignSeat(booking, 'A1');
  assert.equal((await seatOf(booking))?.show_id, show);
  assert.equal(await secondsOf(booking), 300, 'until its tracker tells more');

  await foreignTracker(booking, 90);

  assert.equal(await secondsOf(booking), 90);
  assert.equal((await app.hold(rival, show, ['A1'])).code, 'SEATS_UNAVAILABLE');
  await assertHouseInOrder(app);
  assert.equal((await app.pay(person, booking)).code, '200');
  await assertHouseInOrder(app);
});

test('a tracker written before the seats is their end too', async () => {
  const person = await app.customer();
  const booking = await foreignBooking(person, await app.show());
  await foreignTracker(booking, 45);
  await foreignSeat(booking, 'A1');
  assert.equal(await secondsOf(booking), 45);
});

test('a sale that another tool wrote is sold, whatever is written about its end', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const booking = await foreignBooking(person, show, 'Confirmed');
  await foreignSeat(booking, 'A1');
  assert.equal((await seatOf(booking))?.seconds, null);

  await app.script(
    `update booking_seat_mapping set held_until = now() - interval '1 hour' where booking_id = ${booking}`,
  );
  assert.equal((await seatOf(booking))?.seconds, null, 'undone');
  await foreignTracker(booking, -60);
  assert.equal((await seatOf(booking))?.seconds, null, 'a tracker changes nothing');
  assert.equal((await app.hold(rival, show, ['A1'])).code, 'SEATS_UNAVAILABLE');
  await app.script(`delete from pending_booking_tracker where booking_id = ${booking}`);
});

test('a second live booking of a seat is refused by the database itself', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  await foreignSeat(await foreignBooking(person, show, 'Confirmed'), 'A1');
  await app.hold(person, show, ['B1']);
  const second = await foreignBooking(rival, show);

  for (const seat of ['A1', 'B1']) {
    await assert.rejects(foreignSeat(second, seat), {
      code: UNIQUE_VIOLATION,
      constraint: 'unique_show_seat',
    });
  }
  await foreignSeat(second, 'A2');
  await assert.rejects(
    app.script(`update booking_seat_mapping set seat_number = 'A1' where booking_id = ${second}`),
    {
      code: UNIQUE_VIOLATION,
    },
  );
  await app.script(`delete from booking where id = ${second}`);
});

test('a booking that is set Confirmed by hand loses its end, and a booking that moves to another show moves its seats', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const [show, other] = [await app.show(), await app.show()];
  const booking = Number((await app.hold(person, show, ['A1'])).data['booking_id']);

  await app.script(`update booking set status = 'Confirmed' where id = ${booking}`);
  assert.equal((await seatOf(booking))?.seconds, null);
  await app.age(booking);
  assert.equal((await app.hold(rival, show, ['A1'])).code, 'SEATS_UNAVAILABLE', 'sold');
  await app.script(`delete from pending_booking_tracker where booking_id = ${booking}`);

  await app.script(`update booking set show_id = ${other} where id = ${booking}`);
  assert.equal((await seatOf(booking))?.show_id, other);
  assert.equal((await app.hold(rival, other, ['A1'])).code, 'SEATS_UNAVAILABLE');
  assert.equal((await app.hold(rival, show, ['A1'])).code, '201');
});

test('a payment’s mark keeps the seats until the lease ends, and gives them back to the hold’s end when it is off', async () => {
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1', 'A2'])).data['booking_id']);
  const mark = (seconds: string) =>
    app.pool
      .run(sql`update pending_booking_tracker set paying_until = clock_timestamp() + ${seconds}::interval
      where booking_id = ${booking}`);

  await mark('400 s');
  assert.equal(await secondsOf(booking), 400);
  await app.age(booking, 10);
  assert.equal(await secondsOf(booking), 400);
  await app.script(`update pending_booking_tracker set paying_until = null where booking_id = ${booking}`);
  assert.equal(await secondsOf(booking), -10);
});

test('a payment outlives its booking', async () => {
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  await app.pay(person, booking);

  await app.script(`delete from booking where id = ${booking}`);

  const [payment] = await app.rows(`
    select booking_id, customer_username, amount, status, seat_numbers, transaction_id is not null as "hasId"
    from payment_transaction where original_booking_id = ${booking}`);
  assert.deepEqual(payment, {
    booking_id: null,
    customer_username: person.username,
    amount: '200.00',
    status: 'Completed',
    seat_numbers: ['A1'],
    hasId: true,
  });
});
