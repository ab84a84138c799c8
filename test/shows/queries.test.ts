import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as shows from '../../src/shows/queries.ts';
import { listHallSeats, listTakenSeats } from '../../src/shows/taken.ts';
import { seedDemoShows } from '../../src/shows/demo.ts';
import type { Movies } from '../../src/movies/movies.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const { pool } = app;
const ZONE = 'Asia/Kolkata';
const day = async (offset: number, zone = 'UTC') => {
  const [row] = await app.rows<{ day: string }>(
    `select ((clock_timestamp() at time zone '${zone}')::date + ${offset})::text as day`,
  );
  return row?.day ?? '';
};

test('slots come in the order of their starts, and those of one start by their ids', async () => {
  await app.script(`insert into slot (id, name, start_time, end_time)
    values (92, 'Twin', '05:00', '06:00'), (91, 'Twin', '05:00', '06:00'), (90, 'Late', '22:00', '23:00')`);
  const [id] = [await app.show({ days: 5, slotId: 91 })];
  const ids = (await shows.listSlots(pool)).map(({ slotId }) => slotId);
  assert.deepEqual(ids, [91, 92, 1, 2, 3, 4, 90]);
  const free = (await shows.listFreeSlots(pool, await day(5), 'UTC')).map(({ slotId }) => slotId);
  assert.deepEqual(free, [92, 1, 2, 3, 4, 90]);
  assert.equal((await shows.listFreeSlots(pool, await day(6), 'UTC')).length, 7);
  await app.script(`delete from show where id = ${id}; delete from slot where id >= 90`);
});

test('without a day the free slots, and the shows, are those of today where the cinema is', async () => {
  for (const zone of ['UTC', ZONE, 'Pacific/Kiritimati', 'Pacific/Niue']) {
    const today = await day(0, zone);
    const [{ id } = { id: 0 }] = await app.rows<{ id: number }>(
      `insert into show (movie_id, date, slot_id, cost) values ('tt1', '${today}', 2, 100) returning id`,
    );
    assert.deepEqual(
      (await shows.listFreeSlots(pool, undefined, zone)).map(({ slotId }) => slotId),
      [1, 3, 4],
      zone,
    );
    const read = await shows.readDay(pool, undefined, zone);
    assert.deepEqual(
      [read.date, read.today, read.inReach, read.shows.map((show) => show.id)],
      [today, today, true, [id]],
    );
    await app.script(`delete from show where id = ${id}`);
  }
});

test('customers reach today and the six days after it', async () => {
  const reach = await Promise.all(
    [-1, 0, 6, 7].map(async (offset) => (await shows.readDay(pool, await day(offset), 'UTC')).inReach),
  );
  assert.deepEqual(reach, [false, true, true, false]);
});

test('seats that are sold or held are not free, and those whose hold is over are, in every count of a show', async () => {
  const [person, show] = [await app.customer(), await app.show({ days: 3 })];
  const other = await app.show({ days: 3, slotId: 2 });
  const hold = async (where: number, ...seats: string[]) =>
    Number((await app.hold(person, where, seats)).data['booking_id']);
  const [sold, alive, over] = [await hold(show, 'A1', 'A10'), await hold(show, 'A2'), await hold(show, 'A3')];
  await hold(other, 'B1', 'B2');
  await app.pay(person, sold);
  await app.age(alive, -30);
  await app.age(over, 5);

  assert.equal((await shows.findShow(pool, show))?.free, 97);
  assert.equal(await shows.findShow(pool, 999_999), undefined);
  const read = await shows.readDay(pool, await day(3), 'UTC');
  assert.deepEqual(
    read.shows.map(({ id, free }) => [id, free]),
    [
      [show, 97],
      [other, 98],
    ],
  );
  assert.ok((read.changesInMs ?? 0) > 20_000 && (read.changesInMs ?? 0) <= 30_000, `${read.changesInMs} ms`);
  const [taken, ofOther] = (await listTakenSeats(pool, [show, other, 999_999, 2 ** 40])).toSorted(
    (a, b) => a.showId - b.showId,
  );
  assert.deepEqual([taken?.showId, ofOther?.showId], [show, other]);
  assert.deepEqual(taken?.occupied.toSorted(), ['A1', 'A10', 'A2']);
  assert.deepEqual(taken?.held, ['A2']);
  assert.deepEqual(taken?.prices, { Deluxe: '350.00', Standard: '200.00' });
  assert.ok((taken?.changesInMs ?? 0) > 20_000 && (taken?.changesInMs ?? 0) <= 30_000);
  assert.deepEqual(
    (await listHallSeats(pool)).slice(0, 12).map(({ seatNumber }) => seatNumber),
    ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10', 'B1', 'B2'],
  );
  await app.age(alive, 5);
  assert.equal((await shows.readDay(pool, await day(4), 'UTC')).changesInMs, null, 'of another day');
  await app.script(`update pending_booking_tracker set expiration_time = 'infinity' where booking_id = ${alive};
    delete from booking where show_id = ${other}`);
  assert.equal((await shows.readDay(pool, await day(3), 'UTC')).changesInMs, null, 'one without an end');
  const [endless] = await listTakenSeats(pool, [show]);
  assert.deepEqual([endless?.held, endless?.changesInMs], [['A2'], null]);
});

test('a slot on a day is past when it has started there, and taken when a show has it', async () => {
  // Far enough from the days of other tests, which are counted in another zone.
  const [yesterday, coming] = [await day(-1, ZONE), await day(200, ZONE)];
  const stands = async (slotId: number, date: string) => {
    const slot = await shows.findSlotOn(pool, slotId, date, ZONE);
    return slot && [slot.isPast, slot.isTaken];
  };
  assert.equal(await stands(99, coming), undefined);
  assert.deepEqual(await stands(1, yesterday), [true, false]);
  assert.deepEqual(await stands(1, coming), [false, false]);
  const order = { movieId: 'tt1', date: coming, slotId: 1, cost: '1.00' };
  assert.ok(await shows.insertShow(pool, order));
  assert.equal(await shows.insertShow(pool, order), undefined);
  assert.deepEqual(
    [await stands(1, coming), await stands(2, coming)],
    [
      [false, true],
      [false, false],
    ],
  );
  assert.deepEqual(await stands(1, await day(201, ZONE)), [false, false]);
});

test('the demonstration fills three weeks of free slots that have not begun, and nothing without movies', async () => {
  await app.script('begin; set local session_replication_role = replica; truncate show cascade; commit');
  const movies = (...ids: string[]) =>
    ({ list: async () => ids.map((movieId) => ({ movieId })) }) as unknown as Movies;
  assert.equal(await seedDemoShows(pool, movies(), 'UTC'), 0);
  const [taken] = [await app.show({ days: 2, slotId: 2 })];
  const made = await seedDemoShows(pool, movies('tt1', 'tt2'), 'UTC');
  assert.ok(made >= 4 * 20 - 1 && made <= 4 * 21 - 1, `${made} shows`);
  const started = `(date + start_time) at time zone 'UTC' <= now()`;
  assert.equal(await app.count('show join slot on slot.id = slot_id', started), 0);
  assert.equal(await app.count('show', `date > (now() at time zone 'UTC')::date + 20`), 0);
  assert.equal(await app.count('show', `date = (now() at time zone 'UTC')::date + 20`), 4);
  assert.equal(await app.count('show', `id = ${taken}`), 1);
});
