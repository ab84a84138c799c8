import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type Person, type TestApp } from '../support/app.ts';
import { assertHouseInOrder, countDeadlocks } from '../support/books.ts';
import { tally, type Answer } from '../support/call.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';

type Hold = (person: Person, showId: number, seats: readonly string[]) => Promise<Answer>;

const seatsOf = (...letters: string[]) =>
  letters.flatMap((letter) => Array.from({ length: 10 }, (_, i) => `${letter}${i + 1}`));

/** Ten seats that all lie in one row or the next, asked for from either end; A10 is in each of the sets. */
const overlapping = (i: number) => {
  const seats = seatsOf('A', 'B').slice(i % 10, (i % 10) + 10);
  return i % 2 ? seats : seats.toReversed();
};

/** As many rounds of everybody at once, each round in a show of its own; gives each round's tally. */
async function race(
  app: TestApp,
  {
    people,
    rounds,
    holds,
    wish,
  }: { people: Person[]; rounds: number; holds: Hold[]; wish: (i: number) => string[] },
) {
  const tallies = [];
  for (let round = 0; round < rounds; round += 1) {
    const show = await app.show();
    const answers = await Promise.all(
      people.map(async (person, i) => holds[i % holds.length]?.(person, show, wish(i))),
    );
    tallies.push(tally(answers.map((answer) => answer?.code ?? 'none')));
  }
  return tallies;
}

test('of 64 customers who want the same seat one gets it, fifty times out of fifty', async (t) => {
  const app = await startApp(t);
  const people = await app.customers(64);

  const tallies = await race(app, { people, rounds: 50, holds: [app.hold], wish: () => ['E5'] });

  for (const round of tallies) assert.deepEqual(round, { 201: 1, SEATS_UNAVAILABLE: 63 });
  assert.equal(await app.count('booking'), 50, 'a refused hold leaves no booking');
  assert.equal(await app.count('booking_seat_mapping'), 50, 'nor a seat');
  assert.equal(await app.count('pending_booking_tracker'), 50, 'nor a tracker');
  await assertHouseInOrder(app);
  await app.stop();
  assert.equal(await countDeadlocks(app.databaseUrl), 0);
});

test('overlapping sets of ten, asked for from both ends, go whole to one and never wait in a ring', async (t) => {
  const app = await startApp(t);
  const people = await app.customers(40);

  const tallies = await race(app, { people, rounds: 12, holds: [app.hold], wish: overlapping });

  for (const round of tallies) assert.deepEqual(round, { 201: 1, SEATS_UNAVAILABLE: 39 });
  assert.equal(await app.count('booking_seat_mapping'), 120);
  await assertHouseInOrder(app);
  await app.stop();
  assert.equal(await countDeadlocks(app.databaseUrl), 0);
});

test('two processes on one database sell no seat twice', async (t) => {
  const app = await startApp(t);
  const processes = await Promise.all([1, 2].map(() => startProcess(t, app)));
  const people = await app.customers(32);
  const holds = processes.map(({ hold }) => hold);

  const same = await race(app, { people, rounds: 10, holds, wish: () => ['J10'] });
  const sets = await race(app, {
    people,
    rounds: 10,
    holds,
    wish: (i) => overlapping(i + Math.floor(i / 2)),
  });

  for (const round of [...same, ...sets]) assert.deepEqual(round, { 201: 1, SEATS_UNAVAILABLE: 31 });
  assert.equal(await app.count('booking'), 20);
  await assertHouseInOrder(app);
  assert.deepEqual(await Promise.all(processes.map(({ kill }) => kill('SIGTERM'))), [0, 0]);
  await app.stop();
  assert.equal(await countDeadlocks(app.databaseUrl), 0);
});

test('holds that end, monitors that remove them, cancels and takeovers never wait in a ring', async (t) => {
  const app = await startApp(t);
  const people = await app.customers(24);
  const codes: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const show = await app.show();
    const [first, ...rivals] = people as [Person, ...Person[]];
    const held = await app.hold(first, show, seatsOf('A'));
    const lone = await Promise.all(
      rivals.slice(0, 5).map((rival, i) => app.hold(rival, show, [`B${i + 1}`])),
    );
    const bookings = [held, ...lone].map(({ data }) => Number(data['booking_id']));
    // All end in the middle of what follows, and the monitor looks for them again and again.
    await Promise.all(bookings.map((id) => app.age(id, -0.01)));
    const looking = setInterval(() => app.needs.monitor.look(), 2);
    const answers = await Promise.all([
      ...people.map((person, i) => app.hold(person, show, overlapping(i + round))),
      app.cancel(first, bookings[0] ?? 0),
    ]);
    clearInterval(looking);
    codes.push(...answers.map(({ code }) => code));
    const over = 'expiration_time <= clock_timestamp()';
    await eventually(
      'what is over is gone',
      async () => (await app.count('pending_booking_tracker', over)) === 0,
    );
    await assertHouseInOrder(app);
  }
  const { 201: won = 0, SEATS_UNAVAILABLE: lost = 0, 200: cancelled = 0, ...rest } = tally(codes);
  assert.deepEqual(
    Object.keys(rest).filter((code) => code !== 'BOOKING_NOT_FOUND'),
    [],
  );
  assert.equal(won + lost, 8 * 24);
  assert.equal(cancelled + (rest['BOOKING_NOT_FOUND'] ?? 0), 8);
  await app.stop();
  assert.equal(await countDeadlocks(app.databaseUrl), 0);
});
