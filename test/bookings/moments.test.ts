import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { countHolds, listHoldEnds } from '../../src/bookings/count-holds.ts';
import { endedHolds, halfBookings } from '../../src/bookings/expire.ts';
import { lockBooking, lockSeats } from '../../src/bookings/locks.ts';
import { insertAttempt } from '../../src/checkout/begin-payment.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { freezeClock } from '../support/frozen-clock.ts';

// Nothing cleans up, and the present is what a test says.
const NOON = '2031-05-05T12:00:00Z';
const clock = await freezeClock(wholeFile, NOON);
const app = await startApp(wholeFile, { databaseUrl: clock.databaseUrl, env: { MAX_SEATS_HELD: '4' } });
await app.needs.monitor.stop();
const batch = { only: null, except: [], atMost: 500 };

const at = (seconds: number) => new Date(Date.parse(NOON) + seconds * 1_000).toISOString();
const show = async () => {
  const [row] = await app.rows<{ id: number }>(`
    insert into show (movie_id, date, slot_id, cost)
    select 'tt1', date '2031-06-01' + count(*)::integer, 1, 200 from show returning id`);
  return row?.id ?? 0;
};
const hold = (person: Person, where: number, ...seats: string[]) => app.hold(person, where, seats);
const idOf = ({ data }: { data: object }) => Number((data as Record<string, unknown>)['booking_id']);
const onlyRow = async <Row>(text: string) => {
  const [row] = await app.rows<Row>(text);
  assert.ok(row);
  return row;
};

test('a hold ends so many seconds after the moment of its claim', async () => {
  await clock.set(NOON);
  const held = await hold(await app.customer(), await show(), 'A1');
  assert.equal(held.data['expiration_time'], new Date(at(300)).toISOString());
  assert.deepEqual(await listHoldEnds(app.pool), [300_000]);
  await clock.set(at(299.9));
  assert.deepEqual(await listHoldEnds(app.pool), [100]);
  await app.script('delete from booking');
});

test('at the moment of its end a hold is over, in whatever is asked about it', async () => {
  await clock.set(NOON);
  const [person, rival] = await app.customers(2, { balance: '900.00' });
  assert.ok(person && rival);
  const where = await show();
  const booking = idOf(await hold(person, where, 'A1', 'A2', 'A3'));
  const seen = async () => {
    const map = await app.get(`/shows/${where}/seat-map`, { as: person });
    const { holds } = await countHolds(app.pool, 300).then(({ alive }) => ({ holds: alive }));
    return {
      mine: ((await app.get('/customer/bookings', { as: person })).data as unknown as object[]).length,
      free: (await app.get(`/show?id=${where}`, { as: person })).data['availableseats'],
      taken: map.text.match(/"occupied":true/g)?.length ?? 0,
      holds,
      due: (await endedHolds(app.pool).list(batch)).length,
    };
  };
  await clock.set(at(299.999));
  assert.deepEqual(await seen(), { mine: 1, free: 97, taken: 3, holds: 1, due: 0 });
  assert.equal((await hold(rival, where, 'A1')).code, 'SEATS_UNAVAILABLE');
  assert.equal((await hold(person, where, 'B1', 'B2')).code, 'HOLD_LIMIT_REACHED');

  await clock.set(at(300));
  app.needs.seats.forgetAll();
  assert.deepEqual(await seen(), { mine: 0, free: 100, taken: 0, holds: 0, due: 1 });
  for (const how of [{ payment_method: 'Wallet' }, { payment_method: 'Card', ...CARD }])
    assert.equal((await app.pay(person, booking, how)).code, 'BOOKING_EXPIRED');
  assert.equal((await app.cancel(person, booking)).code, 'BOOKING_NOT_FOUND');
  assert.equal((await hold(person, where, 'B1', 'B2')).code, '201', 'nor does it count towards the limit');
  assert.equal((await hold(rival, where, 'A1')).code, '201');
  const { done } = await endedHolds(app.pool).clean(batch);
  assert.deepEqual(
    done.map(({ id, lateMs }) => [id, lateMs]),
    [[booking, 0]],
  );
  await app.script('delete from booking');
});

test('at the moment of its end the lease of a payment is over: the hold may be paid again, or is removed', async () => {
  await clock.set(NOON);
  const person = await app.customer();
  const [alive, over] = [
    idOf(await hold(person, await show(), 'A1')),
    idOf(await hold(person, await show(), 'A1')),
  ];
  await app.script(`
    update pending_booking_tracker set paying_until = '${at(100)}';
    update pending_booking_tracker set expiration_time = '${at(50)}' where booking_id = ${over}`);
  const due = async () => endedHolds(app.pool).list(batch);
  const begin = () =>
    app.needs.pool.transaction(async (tx) => {
      const booking = await lockBooking(tx, alive);
      assert.ok(booking);
      const { isPaying } = await lockSeats(tx, alive);
      const order = {
        attemptId: randomUUID(),
        username: person.username,
        purpose: 'booking',
        amount: '200.00',
        leaseSeconds: 45,
        seats: ['A1'],
      } as const;
      return { isPaying, isBegun: (await insertAttempt(tx, booking, order)) !== undefined };
    });
  await clock.set(at(99.999));
  assert.deepEqual([await begin(), await due()], [{ isPaying: true, isBegun: false }, []]);
  await clock.set(at(100));
  assert.deepEqual([await begin(), await due()], [{ isPaying: false, isBegun: true }, [over]]);
  const lease = await onlyRow<{ mark: Date; lease: Date }>(`
    select paying_until as mark, lease_until as lease from pending_booking_tracker
    join payment_transaction using (booking_id) where booking_id = ${alive}`);
  assert.deepEqual(
    [lease.mark.toISOString(), lease.lease.toISOString()],
    [at(145), at(145)].map((text) => new Date(text).toISOString()),
  );
  await app.script('delete from booking');
});

test('half a booking is over when it is as old as a hold can be', async () => {
  await clock.set(NOON);
  const booking = idOf(await hold(await app.customer(), await show(), 'A1'));
  await app.script(
    `delete from pending_booking_tracker; update booking set booking_time = '${NOON}' where id = ${booking}`,
  );
  const due = async () => halfBookings(app.pool, 300).list(batch);
  await clock.set(at(299.999));
  assert.deepEqual(await due(), []);
  await clock.set(at(300));
  assert.deepEqual(await due(), [booking]);
  await app.script('delete from booking');
});

test('a show has started at the moment of its start', async () => {
  const where = await show();
  const { start } = await onlyRow<{ start: Date }>(`
    select (date + start_time) at time zone 'UTC' as start from show join slot on slot.id = slot_id where show.id = ${where}`);
  const [person, sell] = [
    await app.customer(),
    { show_id: where, customer_name: 'Ravi', phone_number: '9876543210' },
  ];
  await clock.set(new Date(start.getTime() - 1).toISOString());
  assert.equal((await hold(person, where, 'A1')).code, '201');
  await clock.set(start.toISOString());
  assert.equal((await hold(person, where, 'A2')).code, 'SHOW_ALREADY_STARTED');
  const late = await app.post('/admin/create-customer-booking', {
    as: app.admin,
    body: { ...sell, seat_numbers: ['A3'] },
  });
  assert.equal(late.code, 'SHOW_ALREADY_STARTED');
  await app.script('delete from booking');
});
