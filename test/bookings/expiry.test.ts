import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { sql } from '../../src/platform/database/db.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import type { Answer } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

// One app whose monitor works, and one without any clean-up.
const app = await startApp(wholeFile);
const still = await startApp(wholeFile);
await still.needs.monitor.stop();

const idOf = ({ data }: Answer) => Number(data['booking_id']);
const isThere = async (id: number, where = app) => (await where.count('booking', `id = ${id}`)) === 1;

/** What a person sees of a show: seats taken, seats free in `/show` and in `/shows`, own bookings. */
async function view(where: typeof app, as: Person, show: number) {
  const [map, one, list] = await Promise.all([
    where.get(`/shows/${show}/seat-map`, { as }),
    where.get(`/show?id=${show}`, { as }),
    where.get('/customer/bookings', { as }),
  ]);
  const day = String(one.data['date']).slice(0, 10);
  const shows = await where.get(`/shows?date=${day}`, { as: where.admin });
  const seats = Object.values(map.data['seat_map'] as object).flat() as {
    seat_number: string;
    occupied: boolean;
  }[];
  const { availableseats } = [...(shows.data as unknown as { id: number; availableseats: number }[])].find(
    ({ id }) => id === show,
  ) ?? { availableseats: -1 };
  return {
    taken: seats.filter(({ occupied }) => occupied).map((seat) => seat.seat_number),
    free: [Number(one.data['availableseats']), availableseats],
    mine: (list.data as unknown as { booking_id: number }[]).map((booking) => booking.booking_id),
  };
}

test('a hold that is over is free to all in every view, with nothing left that cleans up', async () => {
  const [person, rival] = (await still.customers(2)) as [Person, Person];
  const show = await still.show();
  const booking = idOf(await still.hold(person, show, ['A1', 'A2']));
  assert.deepEqual(await view(still, person, show), { taken: ['A1', 'A2'], free: [98, 98], mine: [booking] });

  await still.age(booking, -0.3);
  // The end was moved by SQL, of which seat maps and lists of shows know within two seconds.
  const ended = { taken: [], free: [100, 100], mine: [] };
  const isKnown = async () => isDeepStrictEqual(await view(still, person, show), ended);
  await eventually('every view knows of the end', isKnown, 2_500);
  assert.equal((await still.get('/customer/bookings/latest', { as: person })).data, null);
  assert.equal((await still.pay(person, booking)).code, 'BOOKING_EXPIRED');
  assert.equal((await still.cancel(person, booking)).code, 'BOOKING_NOT_FOUND');
  assert.ok(await isThere(booking, still), 'nobody cleaned up');

  const taken = await still.hold(rival, show, ['A2', 'A3']);
  assert.equal(taken.code, '201');
  assert.deepEqual(await view(still, rival, show), {
    taken: ['A2', 'A3'],
    free: [98, 98],
    mine: [idOf(taken)],
  });
  assert.equal((await still.pay(person, booking)).code, 'BOOKING_EXPIRED');
  assert.equal((await still.pay(rival, idOf(taken))).code, '200');
  assert.equal(still.bank.charges().length, 1);
});

test('the monitor removes a hold within a moment of its end, and a sweep what nobody watched', async (t) => {
  const quick = await startApp(t, { env: { HOLD_SECONDS: '1' } });
  const person = await quick.customer();
  const show = await quick.show();
  await Promise.all(['A1', 'B1', 'C1'].map((seat) => quick.hold(person, show, [seat])));
  await quick.script(`create table gone (id bigint, late_ms float8);
    create function note() returns trigger language plpgsql as $$ begin
      insert into gone select old.id, extract(epoch from clock_timestamp() - expiration_time) * 1000
      from pending_booking_tracker where booking_id = old.id;
      return old; end $$;
    create trigger note before delete on booking for each row execute function note()`);

  await eventually('all holds are gone', async () => (await quick.count('booking')) === 0);
  const gone = await quick.rows<{ late_ms: number }>('select late_ms from gone');
  assert.equal(gone.length, 3);
  assert.ok(
    gone.every(({ late_ms }) => late_ms >= 0),
    'none ended early',
  );
  assert.ok(
    gone.every(({ late_ms }) => late_ms < 500),
    JSON.stringify(gone),
  );
  assert.equal(await quick.count('booking_seat_mapping'), 0);
  assert.equal(await quick.count('pending_booking_tracker'), 0);

  const watched = idOf(await app.hold(await app.customer(), await app.show(), ['A1']));
  await app.age(watched);
  await eventually('the sweep found it', async () => !(await isThere(watched)), 4_000);
});

test('a change of a hold’s end in the tracker moves the end of its seats, both ways', async () => {
  const [person, rival] = (await still.customers(2)) as [Person, Person];
  const show = await still.show();
  const booking = idOf(await still.hold(person, show, ['A1', 'A2']));

  await still.age(booking, 5);
  assert.equal((await still.pay(person, booking)).code, 'BOOKING_EXPIRED');
  await still.age(booking, -600);
  assert.equal((await still.hold(rival, show, ['A1'])).code, 'SEATS_UNAVAILABLE');
  assert.equal(
    await still.count(
      'booking_seat_mapping',
      `booking_id = ${booking} and held_until > now() + interval '590 s'`,
    ),
    2,
  );
  assert.deepEqual((await view(still, person, show)).mine, [booking]);
  await still.age(booking, 5);
  assert.equal((await still.hold(rival, show, ['A1'])).code, '201');
  await still.age(booking, -600);
  assert.equal((await still.pay(person, booking)).code, 'BOOKING_EXPIRED', 'one of its seats is gone');
});

test('what is paid for never expires', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const booking = idOf(await app.hold(person, show, ['A1']));
  assert.equal((await app.pay(person, booking)).code, '200');

  await app.script(`update booking set booking_time = now() - interval '1 year' where id = ${booking};
    insert into pending_booking_tracker values (${booking}, now() - interval '1 hour')`);
  const watched = idOf(await app.hold(rival, show, ['B1']));
  await app.age(watched);
  await eventually('the sweep has passed', async () => !(await isThere(watched)));

  assert.equal((await app.hold(rival, show, ['A1'])).code, 'SEATS_UNAVAILABLE');
  assert.equal(await app.count('booking_seat_mapping', `booking_id = ${booking} and held_until is null`), 1);
  await app.rows(`delete from pending_booking_tracker where booking_id = ${booking}`);
});

test('half a booking of another tool, without a tracker, goes when a hold would have ended', async () => {
  const [person] = (await app.customers(1)) as [Person];
  const show = await app.show();
  const booking = idOf(await app.hold(person, show, ['A1', 'A2']));
  await app.rows(`delete from pending_booking_tracker where booking_id = ${booking}`);
  const watched = idOf(await app.hold(person, show, ['B1']));
  await app.age(watched);
  await eventually('the sweep has passed', async () => !(await isThere(watched)));
  assert.ok(await isThere(booking), 'not before');

  await app.rows(`update booking set booking_time = now() - interval '301 s' where id = ${booking}`);
  await eventually('it is gone', async () => !(await isThere(booking)));
  await assertHouseInOrder(app);
});

for (const [title, endSoon] of [
  ['holds', async (id: number) => void (await app.age(id, -0.5))],
  [
    'half bookings',
    (id: number) =>
      app.script(`delete from pending_booking_tracker where booking_id = ${id};
        update booking set booking_time = now() - interval '299.5 s' where id = ${id}`),
  ],
] as const) {
  test(`the clean-up of ${title} waits for nobody: what is locked goes later, all else at once`, async () => {
    const person = await app.customer();
    const show = await app.show();
    const [locked, free] = [
      await app.hold(person, show, ['A1', 'A2']),
      await app.hold(person, show, ['B1']),
    ].map(idOf) as [number, number];
    await Promise.all([endSoon(locked), endSoon(free)]);
    await app.pool.transaction(async (tx) => {
      await tx.run(sql`
        select from booking_seat_mapping
        where booking_id = ${locked} and seat_number = 'A2'
        for update`);
      await eventually('the other is gone', async () => !(await isThere(free)), 2_300);
      assert.ok(await isThere(locked));
    });
    await eventually('now it is gone', async () => !(await isThere(locked)));
    await assertHouseInOrder(app);
  });
}

test('a hold under payment ends with the payment’s lease, whose attempt is then Unknown', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const [over, alive] = [await app.hold(person, show, ['A1']), await app.hold(person, show, ['B1'])].map(
    idOf,
  ) as [number, number];
  // A process that died after it had begun to charge, once for an expired hold, once for a live hold.
  await app.script(`
    update pending_booking_tracker set paying_until = clock_timestamp() + interval '2 s'
    where booking_id in (${over}, ${alive});
    insert into payment_transaction (booking_id, original_booking_id, payment_method, amount, status, lease_until)
    select booking_id, booking_id, 'Card', 200, 'Processing', paying_until
    from pending_booking_tracker where booking_id in (${over}, ${alive})`);
  await app.age(over, 5);

  assert.equal((await app.hold(rival, show, ['A1'])).code, 'SEATS_UNAVAILABLE');
  for (const how of [{ payment_method: 'Wallet' }, { payment_method: 'Card', ...CARD }]) {
    assert.equal((await app.pay(person, alive, how)).code, 'PAYMENT_IN_PROGRESS');
  }
  assert.equal((await app.cancel(person, alive)).code, 'PAYMENT_IN_PROGRESS');
  assert.ok(await isThere(over));

  const ofBoth = `original_booking_id in (${over}, ${alive})`;
  await eventually(
    'the leases ended',
    async () => (await app.count('payment_transaction', `${ofBoth} and status = 'Unknown'`)) === 2,
  );
  await eventually('the hold that was over is gone', async () => !(await isThere(over)));
  for (const how of [{ payment_method: 'Wallet' }, { payment_method: 'Card', ...CARD }]) {
    const refused = await app.pay(person, alive, how);
    assert.deepEqual([refused.status, refused.code], [409, 'PAYMENT_UNRESOLVED']);
  }
  assert.equal((await app.hold(rival, show, ['A1'])).code, '201');
  assert.equal((await app.cancel(person, alive)).code, '200');
  assert.equal(
    await app.count('payment_transaction', `${ofBoth} and booking_id is null`),
    2,
    'attempts outlive bookings',
  );
  assert.equal(app.bank.charges().length, 1, 'only what another test paid');
  await assertHouseInOrder(app);
});
