import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedDemoShows } from '../../src/shows/demo.ts';
import * as shows from '../../src/shows/queries.ts';
import { listTakenSeats } from '../../src/shows/taken.ts';
import type { Movies } from '../../src/movies/movies.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { freezeClock } from '../support/frozen-clock.ts';

// Midnight in Kolkata is half past six in the evening before, in UTC.
const ZONE = 'Asia/Kolkata';
const MIDNIGHT = '2031-05-04T18:30:00.000Z';
const at = (seconds: number) => new Date(Date.parse(MIDNIGHT) + seconds * 1_000).toISOString();
const clock = await freezeClock(wholeFile, MIDNIGHT);
const app = await startApp(wholeFile, { databaseUrl: clock.databaseUrl, env: { CINEMA_TIME_ZONE: ZONE } });
await app.needs.monitor.stop();
const { pool } = app;
const insert = async (date: string, slotId: number) =>
  shows.insertShow(pool, { movieId: 'tt1', date, slotId, cost: '200.00' });

test('a day begins at midnight on the wall of the cinema, for shows, for free slots, and for how far ahead one plans', async () => {
  await insert('2031-05-04', 1);
  await insert('2031-05-05', 2);
  for (const [seconds, today, slot] of [
    [-0.001, '2031-05-04', 1],
    [0, '2031-05-05', 2],
  ] as const) {
    await clock.set(at(seconds));
    const day = await shows.readDay(pool, undefined, ZONE);
    assert.deepEqual([day.date, day.today, day.shows.map(({ slotId }) => slotId)], [today, today, [slot]]);
    const free = (await shows.listFreeSlots(pool, undefined, ZONE)).map(({ slotId }) => slotId);
    assert.deepEqual(
      free,
      [1, 2, 3, 4].filter((id) => id !== slot),
    );
    const isBeyond = (date: string) => shows.isBeyondYears(pool, date, { years: 10, zone: ZONE });
    assert.deepEqual([await isBeyond('2041-05-04'), await isBeyond('2041-05-05')], [false, seconds < 0]);
    assert.equal(await isBeyond('2041-05-06'), true);
  }
});

test('a slot is past at the moment of its start', async () => {
  const isPast = async () => (await shows.findSlotOn(pool, 1, '2031-05-05', ZONE))?.isPast;
  await clock.set('2031-05-05T02:59:59.999Z');
  assert.equal(await isPast(), false);
  await clock.set('2031-05-05T03:00:00Z');
  assert.equal(await isPast(), true);
});

test('a hold is over at its end in every count, which says how long it lasts until then', async () => {
  await clock.set(MIDNIGHT);
  const id = (await insert('2031-05-05', 3)) ?? 0;
  await app.hold(await app.customer(), id, ['A1']);
  const seen = async () => {
    const day = await shows.readDay(pool, '2031-05-05', ZONE);
    const [taken] = await listTakenSeats(pool, [id]);
    return {
      free: [(await shows.findShow(pool, id))?.free, day.shows.find((show) => show.id === id)?.free],
      occupied: taken?.occupied,
      changesInMs: [taken?.changesInMs, day.changesInMs],
    };
  };
  assert.deepEqual(await seen(), { free: [99, 99], occupied: ['A1'], changesInMs: [300_000, 300_000] });
  await clock.set(at(299.999));
  assert.deepEqual(await seen(), { free: [99, 99], occupied: ['A1'], changesInMs: [1, 1] });
  await clock.set(at(300));
  assert.deepEqual(await seen(), { free: [100, 100], occupied: [], changesInMs: [null, null] });
});

test('the demonstration begins today with the slots that have not begun', async () => {
  await app.script('begin; set local session_replication_role = replica; truncate show cascade; commit');
  await clock.set('2031-05-05T07:00:00Z');
  const movies = { list: async () => [{ movieId: 'tt1' }] } as unknown as Movies;
  // Half past noon in Kolkata is the moment of the second slot.
  assert.equal(await seedDemoShows(pool, movies, ZONE), 4 * 21 - 2);
  const [first] = await app.rows<{ date: string; slot: number }>(
    'select date::text as date, slot_id as slot from show order by date, slot_id limit 1',
  );
  assert.deepEqual(first, { date: '2031-05-05', slot: 3 });
});
