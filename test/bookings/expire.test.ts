import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countHolds, listHoldEnds } from '../../src/bookings/count-holds.ts';
import { endedHolds, halfBookings } from '../../src/bookings/expire.ts';
import { startApp } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';

// Nothing cleans up but the tests.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();

/** Holds of two seats each, in a show of their own, which ended so many seconds ago (negative: will end). */
async function holds(...endedSecondsAgo: number[]): Promise<number[]> {
  const [person, show] = [await app.customer(), await app.show()];
  const ids: number[] = [];
  for (const [i, seconds] of endedSecondsAgo.entries()) {
    const row = 'ABCDEFGHIJ'[i] ?? '';
    const id = Number((await app.hold(person, show, [`${row}1`, `${row}2`])).data['booking_id']);
    await app.age(id, seconds);
    ids.push(id);
  }
  return ids;
}
const batchOf = (atMost: number) => ({ only: null, except: [], atMost });
const expire = async (atMost = 500) => (await endedHolds(app.pool).clean(batchOf(atMost))).done;
const expireHalves = async () => (await halfBookings(app.pool, 300).clean(batchOf(500))).done;
const removed = async (atMost?: number) =>
  (await expire(atMost)).map(({ id }) => id).toSorted((a, b) => a - b);
const payUntil = (id: number, seconds: number) =>
  app.script(`update pending_booking_tracker set paying_until = clock_timestamp() + interval '${seconds} s'
    where booking_id = ${id}`);
const halve = (id: number, secondsOld: number) =>
  app.script(`delete from pending_booking_tracker where booking_id = ${id};
    update booking set booking_time = now() - interval '${secondsOld} s' where id = ${id}`);

test('holds that are over are removed, those that are not are left, and it is told how late that was', async () => {
  const [over = 0, alive = 0] = await holds(3, -60);
  const [gone, ...others] = await expire();
  assert.deepEqual([gone?.id, others], [over, []]);
  const show = await app.rows(
    `select show_id as "showId", date::text as date from booking where id = ${alive}`,
  );
  assert.deepEqual([{ showId: gone?.showId, date: gone?.date }], show);
  assert.ok((gone?.lateMs ?? 0) >= 3_000 && (gone?.lateMs ?? 0) < 60_000, `${gone?.lateMs} ms`);
  assert.equal(await app.count('booking_seat_mapping', `booking_id in (${over}, ${alive})`), 2);
  await app.script(`delete from booking where id = ${alive}`);
});

test('a hold that is being paid stays until the payment’s lease is over, however long its own end is past', async () => {
  const [paying = 0] = await holds(3);
  await payUntil(paying, 60);
  assert.deepEqual(await removed(), []);
  await payUntil(paying, -1);
  assert.deepEqual(await removed(), [paying]);
});

for (const [what, rowsOf] of [
  ['tracker', (id: number) => `pending_booking_tracker where booking_id = ${id}`],
  ['booking', (id: number) => `booking where id = ${id}`],
  ['seat', (id: number) => `booking_seat_mapping where booking_id = ${id} and seat_number like '%2'`],
] as const) {
  test(`a hold whose ${what} somebody has locked is passed by, and not waited for`, async () => {
    const [locked = 0, free = 0] = await holds(5, 3);
    await byHand(app, async (hand) => {
      await hand.lock(rowsOf(locked));
      assert.deepEqual(await removed(), [free]);
    });
    assert.deepEqual(await removed(), [locked]);
  });
}

for (const [what, rowsOf] of [
  ['booking', (id: number) => `booking where id = ${id}`],
  ['seat', (id: number) => `booking_seat_mapping where booking_id = ${id} and seat_number like '%2'`],
] as const) {
  test(`half a booking whose ${what} somebody has locked is passed by, and not waited for`, async () => {
    const [locked = 0, free = 0] = await holds(-60, -60);
    await Promise.all([halve(locked, 400), halve(free, 400)]);
    const halves = async () => (await expireHalves()).map(({ id }) => id);
    await byHand(app, async (hand) => {
      await hand.lock(rowsOf(locked));
      assert.deepEqual(await halves(), [free]);
    });
    assert.deepEqual(await halves(), [locked]);
  });
}

test('half a booking goes when it is older than a hold can be; what is whole, young or sold stays', async () => {
  const [whole = 0, young = 0, sold = 0, old = 0] = await holds(-60, -60, -60, -60);
  await app.script(`update booking set booking_time = now() - interval '1 day' where id = ${whole};
    update booking set status = 'Confirmed' where id = ${sold}`);
  await Promise.all([halve(young, 290), halve(sold, 400), halve(old, 301)]);
  assert.deepEqual(
    (await expireHalves()).map(({ id }) => id),
    [old],
  );
  assert.equal(await app.count('booking', `id in (${whole}, ${young}, ${sold})`), 3);
  await app.script(`delete from booking where id in (${whole}, ${young}, ${sold})`);
});

test('where not all can go at once, those go first that have been over for longest', async () => {
  const [third = 0, first = 0, second = 0] = await holds(2, 30, 20);
  assert.deepEqual(await removed(1), [first]);
  assert.deepEqual(await removed(1), [second]);
  assert.deepEqual(await removed(1), [third]);
  await assertHouseInOrder(app);
});

test('of several that go together it is told how late each was', async () => {
  const [late = 0, later = 0] = await holds(3, 90);
  const lateness = new Map((await expire()).map(({ id, lateMs }) => [id, lateMs]));
  assert.ok((lateness.get(late) ?? 0) < 60_000 && (lateness.get(later) ?? 0) >= 90_000);
});

test('the ends of all holds are listed, and those are counted that are alive', async () => {
  const ids = await holds(5, -60);
  const [over = 0, alive = 0] = (await listHoldEnds(app.pool)).toSorted((a, b) => a - b);
  assert.ok(over > -30_000 && over <= -5_000, `${over} ms`);
  assert.ok(alive > 30_000 && alive <= 60_000, `${alive} ms`);
  assert.deepEqual(await countHolds(app.pool, 300), { alive: 1, overdue: 1 });
  await app.script(`delete from booking where id in (${ids.join()})`);
});

test('what is removed locks nothing that belongs to other bookings', async () => {
  const [over = 0, alive = 0] = await holds(5, -60);
  const BELONGS = [
    'booking_seat_mapping where booking_id = $',
    'payment_transaction where booking_id = $',
    'wallet_transaction where booking_id = $',
    'admin_booked_customer where booking_id = $',
  ];
  for (const id of [over, alive])
    await app.script(`
      insert into payment_transaction (booking_id, original_booking_id, payment_method, amount, status)
      values (${id}, ${id}, 'Card', 1, 'Failed');
      insert into admin_booked_customer (name, number, booking_id) values ('Guest', '9876543210', ${id});
      insert into wallet_transaction (wallet_id, username, booking_id, transaction_id, amount, transaction_type)
      select id, username, ${id}, 'tx', 1, 'ADD' from customer_wallet limit 1`);
  await app.needs.pool.transaction(async (tx) => {
    const { done } = await endedHolds({ ...tx, transaction: (work) => work(tx) }).clean(batchOf(500));
    assert.deepEqual(
      done.map(({ id }) => id),
      [over],
    );
    await byHand(app, async (hand) => {
      for (const rows of BELONGS)
        assert.equal(await hand.isTaken(rows.replace('$', `${alive}`)), false, rows);
    });
  });
  await app.script(`delete from booking where id = ${alive}`);
});
