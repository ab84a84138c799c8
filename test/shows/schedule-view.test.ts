import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { freezeClock } from '../support/frozen-clock.ts';
import { KEY, startFakeService, status } from '../movies/fake-service.ts';

type Schedule = {
  from: string;
  today: string;
  now: string;
  seats: number;
  slots: { id: number; name: string }[];
  shows: { id: number; date: string; sold: number; availableseats: number; movie: { name: string } }[];
};
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

test('an admin sees the shows of some days, past ones too, with what is sold, held and free', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const evening = await app.show({ days: 6, slotId: 3, cost: '180.50' });
  const morning = await app.show({ days: 6, slotId: 1 });
  const past = await app.show({ days: -1, slotId: 2 });
  await app.show({ days: 7 });
  await app.show({ days: -2 });
  const sold = await app.hold(asha, evening, ['A1', 'A2', 'F1']);
  assert.equal((await app.pay(asha, sold.data['booking_id'])).status, 200);
  await app.hold(asha, evening, ['B1', 'B2']);
  await app.age((await app.hold(asha, evening, ['C1'])).data['booking_id']);

  const answer = await app.get(`/admin/programme?from=${day(-1)}&days=8`, { as: app.admin });
  assert.equal(answer.status, 200);
  const schedule = answer.data as unknown as Schedule;
  assert.deepEqual([schedule.from, schedule.today, schedule.seats], [day(-1), day(0), 100]);
  assert.deepEqual(
    schedule.slots.map(({ name }) => name),
    ['Morning', 'Afternoon', 'Evening', 'Night'],
  );
  assert.deepEqual(
    schedule.shows.map(({ id, sold, availableseats }) => [id, sold, availableseats]),
    [
      [past, 0, 100],
      [morning, 0, 100],
      [evening, 3, 95],
    ],
  );
  const listed = await app.get(`/shows?date=${day(6)}`, { as: app.admin });
  assert.deepEqual(
    schedule.shows.slice(1),
    (listed.data as unknown as object[]).map((show, at) => Object.assign(show, { sold: [0, 3][at] })),
  );
});

test('its days begin today in the cinema, and its clock is the database’s', async (t) => {
  const clock = await freezeClock(t, '2031-05-05T18:45:07Z');
  const app = await startApp(t, {
    databaseUrl: clock.databaseUrl,
    env: { CINEMA_TIME_ZONE: 'Asia/Kolkata' },
  });
  const { from, today, now } = (await app.get('/admin/programme', { as: app.admin }))
    .data as unknown as Schedule;
  assert.deepEqual([from, today, now], ['2031-05-06', '2031-05-06', '2031-05-06T00:15:07']);
});

test('a wrong day or too many are refused, and so is everybody but an admin', async (t) => {
  const app = await startApp(t);
  for (const [query, code] of [
    ['from=2031-02-30', 'INVALID_DATE'],
    ['days=0', 'INVALID_PARAMS'],
    ['days=32', 'INVALID_PARAMS'],
    ['days=x', 'INVALID_PARAMS'],
  ] as const) {
    assert.equal((await app.get(`/admin/programme?${query}`, { as: app.admin })).code, code, query);
  }
  for (const query of ['from=9999-12-31&days=31', 'from=0001-01-01', 'from=&days=']) {
    assert.equal((await app.get(`/admin/programme?${query}`, { as: app.admin })).status, 200, query);
  }
  for (const person of [app.staff, await app.customer()]) {
    assert.equal((await app.get('/admin/programme', { as: person })).code, 'FORBIDDEN');
  }
});

test('while the movie service is away, a show has its movie’s id for a name', async (t) => {
  const service = await startFakeService(t);
  service.answer = status(500);
  const app = await startApp(t, { env: { MOVIE_SERVICE_URL: service.url, MOVIE_SERVICE_API_KEY: KEY } });
  await app.show({ days: 1, movieId: 'tt0111161' });
  const { shows } = (await app.get('/admin/programme', { as: app.admin })).data as unknown as Schedule;
  assert.deepEqual(
    shows.map(({ movie }) => movie.name),
    ['tt0111161'],
  );
});
