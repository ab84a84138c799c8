import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeAttempt } from '../../src/payments/payments.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import type { Json } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const idOf = ({ data }: { data: Json }) => Number(data['booking_id']);
const read = (as: Person, id: number | string) => app.get(`/customer/booking/${id}`, { as });
const facts = async (as: Person, id: number) => {
  const { data } = await read(as, id);
  return [data['status'], data['payment'], data['actions']];
};
const mark = (id: number, seconds: number) =>
  app.script(`update pending_booking_tracker
    set paying_until = clock_timestamp() + interval '${seconds} seconds' where booking_id = ${id}`);

test('a customer reads an own booking: as in the list, with the time left and what can be done', async () => {
  const asha = await app.customer();
  const held = await app.hold(asha, await app.show(), ['A10', 'A9']);
  const { status, json, data } = await read(asha, idOf(held));
  assert.deepEqual([status, json['message']], [200, 'Booking fetched successfully']);
  const { time_remaining_ms, payment, actions, ...rest } = data as unknown as Record<string, unknown>;
  const bookings = await app.get('/customer/bookings', { as: asha });
  const [listed] = bookings.data as unknown as Record<string, unknown>[];
  assert.deepEqual(rest, listed);
  assert.ok(Number(time_remaining_ms) > 295_000 && Number(time_remaining_ms) <= 300_000);
  assert.deepEqual([payment, actions], ['none', ['pay', 'cancel', 'extend']]);
});

test('what can be done follows from how the booking stands', async () => {
  const asha = await app.customer();
  const show = await app.show({ days: 3 });
  const held = async (seat: string) => idOf(await app.hold(asha, show, [seat]));

  const paid = await held('A1');
  await app.pay(asha, paid);
  assert.deepEqual(await facts(asha, paid), ['Confirmed', 'none', ['ticket']]);
  assert.ok(!('time_remaining_ms' in (await read(asha, paid)).data));

  const paying = await held('A2');
  await mark(paying, 20);
  assert.deepEqual(await facts(asha, paying), ['Pending', 'under_way', []]);
  await app.age(paying);
  assert.deepEqual(await facts(asha, paying), ['Pending', 'under_way', []], 'a payment outlives its hold');
  assert.equal((await read(asha, paying)).data['time_remaining_ms'], 0);

  const unresolved = await held('A3');
  await app.script(`insert into payment_transaction
      (booking_id, original_booking_id, customer_username, payment_method, amount, status)
    values (${unresolved}, ${unresolved}, '${asha.username}', 'Card', 200, 'Unknown')`);
  assert.deepEqual(await facts(asha, unresolved), ['Pending', 'unresolved', ['cancel']]);

  const robbed = await held('A4');
  await app.script(`delete from booking_seat_mapping where booking_id = ${robbed}`);
  assert.deepEqual(await facts(asha, robbed), ['Pending', 'none', ['cancel']]);

  const extended = await held('A5');
  await app.post(`/customer/booking/${extended}/extend`, { as: asha });
  assert.deepEqual(await facts(asha, extended), ['Pending', 'none', ['pay', 'cancel']]);

  const endless = await held('A6');
  await app.script(
    `update pending_booking_tracker set expiration_time = 'infinity' where booking_id = ${endless}`,
  );
  assert.deepEqual(await facts(asha, endless), ['Pending', 'none', ['pay', 'cancel']]);

  const late = idOf(await app.hold(asha, await app.show({ days: 2 }), ['A1']));
  await app.script(
    `update show set date = current_date - 1 where id = (select show_id from booking where id = ${late})`,
  );
  assert.deepEqual(await facts(asha, late), ['Pending', 'none', ['pay', 'cancel']], 'its show has begun');
});

test('nobody reads another customer’s booking, nor an expired hold', async () => {
  const [asha, ravi] = (await app.customers(2)) as [Person, Person];
  const booking = idOf(await app.hold(asha, await app.show(), ['A1']));
  assert.equal((await read(ravi, booking)).code, 'UNAUTHORIZED_ACCESS');
  assert.equal((await read(asha, 'abc')).code, 'INVALID_BOOKING_ID');
  assert.equal((await read(asha, 99_999_999)).code, 'BOOKING_NOT_FOUND');
  assert.equal((await read(app.admin, booking)).code, 'FORBIDDEN');
  await app.age(booking);
  assert.equal((await read(asha, booking)).code, 'BOOKING_NOT_FOUND');
});

const CHARGED_UNKNOWN = { payment_method: 'Card', ...CARD, card_number: '4000000000000341' };

test('after the end of its hold a booking is there until its payment is resolved', async () => {
  const [asha, ravi] = (await app.customers(2)) as [Person, Person];
  const show = await app.show({ days: 4 });
  const id = idOf(await app.hold(asha, show, ['A10', 'A9']));
  assert.equal((await app.pay(asha, id, CHARGED_UNKNOWN)).code, 'PAYMENT_SERVICE_ERROR');
  assert.deepEqual(await facts(asha, id), ['Pending', 'unresolved', ['cancel']]);
  await app.age(id);
  const before = await read(asha, id);
  await app.script(`delete from booking where id = ${id}`);
  const { status, data } = await read(asha, id);
  assert.equal(status, 200);
  assert.deepEqual(data, before.data, 'whether or not it was deleted already');
  assert.deepEqual(await facts(asha, id), ['Pending', 'unresolved', []]);
  assert.deepEqual([data['seat_numbers'], data['time_remaining_ms']], [['A9', 'A10'], 0]);
  assert.equal((await read(ravi, id)).code, 'BOOKING_NOT_FOUND', 'nobody else’s');

  await app.script(`update payment_transaction
    set status = 'Processing', lease_until = clock_timestamp() + interval '1 minute' where original_booking_id = ${id}`);
  assert.deepEqual(await facts(asha, id), ['Pending', 'under_way', []]);
  const others = await app.get('/customer/bookings', { as: asha });
  assert.deepEqual(others.data, [], 'the list is as it was');

  await app.script(`update payment_transaction
    set status = 'Refunded', resolution = 'refunded', lease_until = null where original_booking_id = ${id}`);
  assert.equal((await read(asha, id)).code, 'BOOKING_NOT_FOUND');
});

test('a charge that the database lost with its booking while it was under way is shown to its customer', async () => {
  const asha = await app.customer();
  const show = await app.show({ days: 5 });
  const id = idOf(await app.hold(asha, show, ['A1']));
  const paying = app.pay(asha, id, { payment_method: 'Card', ...CARD, card_number: '4000000000003220' });
  const attempt = `original_booking_id = ${id} and status = 'Processing'`;
  await eventually(
    'the charge has begun',
    async () => (await app.count('payment_transaction', attempt)) === 1,
  );
  await app.script(`delete from payment_transaction where ${attempt}; delete from booking where id = ${id}`);
  assert.equal((await paying).code, 'PAYMENT_UNRESOLVED');
  const { data } = await read(asha, id);
  assert.deepEqual([data['payment'], data['seat_numbers']], ['unresolved', []]);
});

test('an unresolved payment of a deleted account is not its successor’s, though it was settled later', async () => {
  const asha = await app.customer();
  const id = idOf(await app.hold(asha, await app.show({ days: 4, slotId: 2 }), ['A1']));
  await app.pay(asha, id, CHARGED_UNKNOWN);
  await app.script(`
    delete from booking where id = ${id};
    update payment_transaction set status = 'Processing', begun_at = begun_at - interval '1 day'
    where original_booking_id = ${id};
    update usertable set created_at = clock_timestamp() - interval '1 hour' where username = '${asha.username}'`);
  const [attempt] = await app.rows<{ id: number }>(
    `select id from payment_transaction where original_booking_id = ${id}`,
  );
  await closeAttempt(app.pool, attempt?.id ?? 0, { kind: 'unknown', reason: 'cut' });
  assert.equal((await read(asha, id)).code, 'BOOKING_NOT_FOUND');

  await app.script(`update usertable set created_at = null where username = '${asha.username}'`);
  assert.equal((await read(asha, id)).status, 200, 'an account without a date is older than all');
});
