import assert from 'node:assert/strict';
import { test } from 'node:test';
import { many, sql } from '../../src/platform/database/db.ts';
import { endsAt, startsAt } from '../../src/shows/shows.ts';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { book, checkIn, checkInAll, scanned, showAt, withoutDetails } from './door.ts';

const DONE = 'Booking checked in successfully';
const ALREADY = 'Booking was already checked in';
const FAILED =
  'Check-in failed: invalid booking (already expired/invalid status/too early for check-in/or show ended)';

test('a booking is checked in once', async (t) => {
  const app = await startApp(t);
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 30 }));
  const first = await checkIn(app, { booking_id: id });
  assert.equal(first.json['message'], DONE);
  assert.deepEqual(withoutDetails(first.data), { checked_in: [id], already_done: [], invalid: [] });
  const second = await checkIn(app, { booking_id: id }, app.admin);
  assert.equal(second.json['message'], ALREADY);
  assert.deepEqual(withoutDetails(second.data), { checked_in: [], already_done: [id], invalid: [] });
  assert.equal(await app.count('booking', `id = ${id} and status = 'CheckedIn'`), 1);
});

test('check-in is open from one hour before the show starts until it ends, in the zone of the cinema', async (t) => {
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/Los_Angeles', 'Pacific/Kiritimati']) {
    const app = await startApp(t, { env: { CINEMA_TIME_ZONE: zone } });
    // Slots of 23 hours reach over midnight whatever the hour is.
    for (const [inMinutes, minutes, expected] of [
      [61, 180, FAILED],
      [59, 180, DONE],
      [59, 1_380, DONE],
      [-1, 180, DONE],
      [-179, 180, DONE],
      [-1_379, 1_380, DONE],
      [-181, 180, FAILED],
      [-1_381, 1_380, FAILED],
    ] as const) {
      const [id = 0] = await book(app, await showAt(app, { inMinutes, minutes, zone }));
      const answer = await checkIn(app, { booking_id: id });
      assert.equal(answer.json['message'], expected, `${zone}: in ${inMinutes} of ${minutes} minutes`);
      assert.deepEqual(answer.data[expected === DONE ? 'checked_in' : 'invalid'], [id]);
    }
    await app.stop();
  }
});

test('the hour before, and a slot over midnight, are real hours where the clocks change', async (t) => {
  const app = await startApp(t);
  const hoursOf = async (date: string, start: string, end: string) => {
    const [row] = await many<{ starts: Date; ends: Date }>(
      app.pool,
      sql`
      select ${startsAt('Europe/Berlin')} as starts, ${endsAt('Europe/Berlin')} as ends
      from (select ${date}::date as date) show, (select ${start}::time as start_time, ${end}::time as end_time) slot`,
    );
    if (!row) throw new Error('no row');
    return [row.starts.toISOString(), (row.ends.getTime() - row.starts.getTime()) / 3_600_000];
  };
  assert.deepEqual(await hoursOf('2030-03-30', '23:30', '03:30'), ['2030-03-30T22:30:00.000Z', 3]);
  assert.deepEqual(await hoursOf('2030-10-26', '23:30', '03:30'), ['2030-10-26T21:30:00.000Z', 5]);
  assert.deepEqual(await hoursOf('2030-06-01', '20:30', '00:00'), ['2030-06-01T18:30:00.000Z', 3.5]);
});

test('bookings of a bulk are sorted in the order asked, repeated ones once, whatever the ids', async (t) => {
  const app = await startApp(t);
  const open = await showAt(app, { inMinutes: 10 });
  const [a = 0, b = 0, c = 0] = await book(app, open, 3);
  const [pending = 0] = await book(app, open, 1, 'Pending');
  const [early = 0] = await book(app, await showAt(app, { inMinutes: 300 }));
  await checkIn(app, { booking_id: b });
  const huge = Number.MAX_SAFE_INTEGER;
  const answer = await checkInAll(app, [huge, c, early, b, c, 0, a, pending, -huge, b, a]);
  assert.equal(answer.json['message'], 'Bulk check-in attempted');
  assert.deepEqual(withoutDetails(answer.data), {
    checked_in: [c, a],
    already_done: [b],
    invalid: [huge, early, 0, pending, -huge],
  });
});

test('ten thousand bookings are checked in at once', async (t) => {
  const app = await startApp(t);
  const ids = await book(app, await showAt(app, { inMinutes: 10 }), 5_000);
  const unknown = ids.map((id) => id + 1_000_000);
  const answer = await checkInAll(app, [...ids.toReversed(), ...unknown]);
  assert.deepEqual(withoutDetails(answer.data), {
    checked_in: ids.toReversed(),
    already_done: [],
    invalid: unknown,
  });
});

test('bodies that cannot be used are INVALID_INPUT', async (t) => {
  const app = await startApp(t);
  for (const body of [
    {},
    { booking_ids: [] },
    { booking_ids: ['1'] },
    { booking_ids: [1.5] },
    { booking_ids: null },
    { booking_ids: 1 },
    { booking_ids: [null] },
    { booking_ids: [2 ** 60] },
    [],
  ]) {
    const answer = await app.post('/check-in/bookings', { as: app.staff, body });
    assert.deepEqual(
      [answer.status, answer.code, answer.json['message']],
      [400, 'INVALID_INPUT', 'Invalid input'],
      JSON.stringify(body),
    );
  }
  for (const body of [
    {},
    { booking_id: 0 },
    { booking_id: '1' },
    { booking_id: 1.5 },
    { booking_id: null },
    { ticket: '' },
    { ticket: 1 },
    { booking_id: 1, ticket: 'x' },
  ]) {
    const answer = await checkIn(app, body);
    assert.deepEqual([answer.status, answer.code], [400, 'INVALID_INPUT'], JSON.stringify(body));
  }
  const malformed = await app.post('/check-in/booking', { as: app.staff, raw: '{' });
  assert.equal(malformed.code, 'INVALID_INPUT');
});

test('customers check nobody in', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  for (const answer of [
    await checkIn(app, { booking_id: 1 }, customer),
    await checkInAll(app, [1], customer),
  ]) {
    assert.deepEqual(
      [answer.status, answer.json['message']],
      [403, 'Access denied. Admin or staff role required!'],
    );
  }
});

test('of twenty gates that scan one ticket, one lets it in', async (t) => {
  const app = await startApp(t);
  const show = await showAt(app, { inMinutes: 10 });
  const customer = await app.customer();
  for (let round = 1; round <= 10; round++) {
    const held = await app.hold(customer, show, [`A${round}`]);
    const bookingId = Number(held.data['booking_id']);
    await app.pay(customer, bookingId);
    const ticket = await scanned(app, bookingId);
    const gates = await Promise.all(Array.from({ length: 20 }, () => checkIn(app, { ticket })));
    assert.deepEqual(tally(gates.map(({ json }) => json['message'])), { [DONE]: 1, [ALREADY]: 19 });
  }
});

test('bulks that overlap in opposite orders check every booking in once, and none waits for ever', async (t) => {
  const app = await startApp(t);
  for (let round = 0; round < 5; round++) {
    const ids = await book(app, await showAt(app, { inMinutes: 10 }), 60);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, gate) => checkInAll(app, gate % 2 ? ids : ids.toReversed())),
    );
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 200: 20 });
    const checkedIn = answers.flatMap(({ data }) => [...(data['checked_in'] ?? [])]).map(Number);
    assert.deepEqual(
      checkedIn.toSorted((a, b) => a - b),
      ids,
    );
    const all = answers.map(
      ({ data }) => [...(data['checked_in'] ?? []), ...(data['already_done'] ?? [])].length,
    );
    assert.deepEqual(tally(all), { 60: 20 });
  }
});

test('a forged or altered ticket is invalid, under its number where it has one', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  const held = await app.hold(customer, await showAt(app, { inMinutes: 10 }), ['A1']);
  const id = Number(held.data['booking_id']);
  const unpaid = await scanned(app, id);
  await app.pay(customer, id);
  const good = await scanned(app, id);
  for (const [ticket, invalid] of [
    [unpaid, [id]],
    [good.replace('Seats: A1', 'Seats: A1, A2'), [id]],
    [good.replace(`#${id}`, `#${id + 1}`), [id + 1]],
    [good.replace(/\nSignature.*/, ''), [id]],
    [`SKYFOX BOOKING #${id}`, [id]],
    [good.replace('Signature: kept.', 'Signature: mine.'), [id]],
    ['\0 not a ticket \ud800', []],
  ] as const) {
    const answer = await checkIn(app, { ticket });
    assert.deepEqual([answer.status, answer.json['message']], [200, FAILED]);
    assert.deepEqual(withoutDetails(answer.data), { checked_in: [], already_done: [], invalid }, ticket);
  }
  assert.equal((await checkIn(app, { ticket: good })).json['message'], DONE);
});

test('a ticket printed before check-in or a change of name stays the ticket of its booking', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  const held = await app.hold(customer, await showAt(app, { inMinutes: 10 }), ['A1']);
  const id = Number(held.data['booking_id']);
  await app.pay(customer, id);
  const before = await scanned(app, id);
  await app.pool.run(sql`update customertable set name = 'Asha Iyer' where username = ${customer.username}`);
  assert.equal((await checkIn(app, { ticket: before })).json['message'], DONE);
  const after = await scanned(app, id);
  assert.notEqual(after, before);
  for (const ticket of [before, after]) {
    assert.equal((await checkIn(app, { ticket })).json['message'], ALREADY);
  }
});
