import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countHeldSeats } from '../../src/bookings/hold.ts';
import { listBookings, readReceipt } from '../../src/bookings/queries.ts';
import { startApp, type Person } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const { pool } = app;
const hold = async (person: Person, show: number, ...seats: string[]) =>
  Number((await app.hold(person, show, seats)).data['booking_id']);
const pay = (booking: number, status: string, transaction: string) =>
  app.script(`insert into payment_transaction (booking_id, original_booking_id, payment_method, amount, status, transaction_id)
    values (${booking}, ${booking}, 'Card', 1, '${status}', '${transaction}')`);

test('a customer’s bookings are those that are there: sold, held, or being paid', async () => {
  const [person, other] = await app.customers(2);
  assert.ok(person && other);
  const show = await app.show();
  const [sold, held, over, paying, half] = [
    await hold(person, show, 'A1', 'A10', 'A2'),
    await hold(person, show, 'B1'),
    await hold(person, show, 'C1'),
    await hold(person, show, 'D1'),
    await hold(person, show, 'E1'),
  ];
  await hold(other, show, 'F1');
  await app.pay(person, sold);
  await Promise.all([app.age(over), app.age(paying)]);
  await app.script(`
    update pending_booking_tracker set paying_until = clock_timestamp() + interval '1 minute' where booking_id = ${paying};
    delete from pending_booking_tracker where booking_id = ${half};
    update booking set booking_time = '2030-01-01' where id in (${sold}, ${held});
    update booking set booking_time = '2030-01-02' where id = ${paying}`);
  const list = await listBookings(pool, person.username);
  assert.deepEqual(
    list.map(({ id }) => id),
    [paying, held, sold],
  );
  const [first, second, third] = list;
  assert.deepEqual(
    [third?.seats, third?.status, third?.holdEndsAt],
    [['A1', 'A2', 'A10'], 'Confirmed', null],
  );
  assert.ok(first?.holdEndsAt && second?.holdEndsAt && first.holdEndsAt < second.holdEndsAt, 'each its own');
  assert.deepEqual(
    (await listBookings(pool, person.username, 1)).map(({ id }) => id),
    [paying],
  );
  // A tracker that somebody left behind says nothing of a booking that is sold.
  await app.script(
    `insert into pending_booking_tracker (booking_id, expiration_time) values (${sold}, now() + interval '1 minute')`,
  );
  const again = (await listBookings(pool, person.username)).find(({ id }) => id === sold);
  assert.deepEqual([again?.id, again?.holdEndsAt], [sold, null]);
});

test('a receipt names the newest payment that was completed, of this booking alone', async () => {
  const person = await app.customer();
  const show = await app.show();
  const [booking, other] = [await hold(person, show, 'A1'), await hold(person, show, 'A2')];
  assert.equal((await readReceipt(pool, booking)).transactionId, null);
  await pay(booking, 'Completed', 'older');
  await pay(booking, 'Completed', 'newest');
  await pay(booking, 'Unknown', 'unknown');
  await pay(other, 'Completed', 'another’s');
  await app.script(`update payment_transaction set amount = 2 where transaction_id = 'older'`);
  const { transactionId, customerName, seats } = await readReceipt(pool, booking);
  assert.deepEqual([transactionId, customerName, seats], ['newest', 'Asha Rao', ['A1']]);
});

test('the receipt of a walk-in has the name and number that were given', async () => {
  const body = {
    show_id: await app.show(),
    customer_name: 'Ravi',
    phone_number: '9876543210',
    seat_numbers: ['A1'],
  };
  const { data } = await app.post('/admin/create-customer-booking', { as: app.admin, body });
  const { customerName, phoneNumber, paymentType } = await readReceipt(pool, Number(data['booking_id']));
  assert.deepEqual([customerName, phoneNumber, paymentType], ['Ravi', '9876543210', 'Cash']);
});

test('what a customer holds of a show are the seats of holds that are alive, and of nobody else’s', async () => {
  const [person, other] = await app.customers(2);
  assert.ok(person && other);
  const [show, elsewhere] = [await app.show(), await app.show()];
  const [, over, sold] = [
    await hold(person, show, 'A1', 'A2'),
    await hold(person, show, 'B1'),
    await hold(person, show, 'C1'),
    await hold(person, elsewhere, 'A1'),
    await hold(other, show, 'D1'),
  ];
  await app.pay(person, sold);
  await app.age(over);
  assert.equal(await countHeldSeats(pool, { username: person.username, showId: show }), 2);
});
