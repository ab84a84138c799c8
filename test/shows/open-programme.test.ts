import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type TestApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { freezeClock } from '../support/frozen-clock.ts';
import { KEY, rawMovie, startFakeService, status } from '../movies/fake-service.ts';

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** Counts the statements that the app sends from now on, by a word of their text. */
function countStatements({ needs }: TestApp) {
  const counts: Record<string, number> = {};
  const run = needs.pool.run.bind(needs.pool);
  needs.pool.run = (statement) => {
    const name = statement.text.includes('generate_series(0,') ? 'programme' : 'other';
    counts[name] = (counts[name] ?? 0) + 1;
    return run(statement);
  };
  return counts;
}

test('the programme of a day is shown to anybody: movies, slots, prices, free seats, and nothing of people', async (t) => {
  const app = await startApp(t);
  const [asha, ravi] = await app.customers(2);
  assert.ok(asha && ravi);
  const evening = await app.show({ days: 2, slotId: 3, cost: '180.50' });
  const morning = await app.show({ days: 2, slotId: 1 });
  await app.hold(asha, evening, ['A1', 'A2']);
  await app.hold(ravi, evening, ['F1']);

  const answer = await app.get(`/programme?date=${day(2)}`);
  assert.deepEqual([answer.status, answer.json['message']], [200, 'Programme retrieved successfully']);
  const { date, today, shows } = answer.data as unknown as { date: string; today: string; shows: object[] };
  assert.deepEqual([date, today], [day(2), day(0)]);
  assert.equal(shows.length, 2);
  const listed = await app.get(`/shows?date=${day(2)}`, { as: asha });
  const [first, second] = listed.data as unknown as Record<string, unknown>[];
  assert.deepEqual(shows, [
    { ...first, startsAt: `${day(2)}T08:30:00+00:00`, started: false, seats: 100 },
    { ...second, startsAt: `${day(2)}T16:30:00+00:00`, started: false, seats: 100 },
  ]);
  assert.deepEqual([first?.['id'], first?.['availableseats']], [morning, 100]);
  assert.deepEqual([second?.['id'], second?.['availableseats'], second?.['cost']], [evening, 97, 180.5]);
  assert.ok(!answer.text.includes(asha.username) && !answer.text.includes('"A1"'));
});

test('it ends where the customers’ week ends, and begins today', async (t) => {
  const app = await startApp(t);
  assert.deepEqual((await app.get('/programme')).data['shows'], []);
  assert.equal((await app.get('/programme')).data['date'], day(0));
  for (const offset of [0, 1, 6]) assert.equal((await app.get(`/programme?date=${day(offset)}`)).status, 200);
  for (const offset of [-1, 7, 4_000]) {
    assert.equal((await app.get(`/programme?date=${day(offset)}`)).code, 'DATE_OUT_OF_RANGE');
  }
  assert.equal((await app.get('/programme?date=tomorrow')).code, 'INVALID_DATE');
});

test('a change of seats shows at once, and the end of a hold at its end', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show({ days: 1 });
  const free = async () => (await app.get(`/programme?date=${day(1)}`)).data['shows'][0]?.['availableseats'];
  assert.equal(await free(), 100);
  const held = await app.hold(asha, showId, ['A1']);
  assert.equal(await free(), 99);
  await app.cancel(asha, held.data['booking_id']);
  assert.equal(await free(), 100);

  await app.needs.monitor.stop();
  const again = await app.hold(asha, showId, ['A1']);
  await app.age(again.data['booking_id'], -0.6);
  assert.equal(await free(), 99);
  await app.rows('select pg_sleep(0.61)');
  assert.equal(await free(), 100);
});

test('a show has started at the moment of its start, in the cinema', async (t) => {
  const clock = await freezeClock(t, '2031-05-05T02:59:59.999Z');
  const app = await startApp(t, {
    databaseUrl: clock.databaseUrl,
    env: { CINEMA_TIME_ZONE: 'Asia/Kolkata' },
  });
  await app.script(
    `insert into show (movie_id, date, slot_id, cost) values ('tt0111161', '2031-05-05', 1, 200)`,
  );
  const started = async () => (await app.get('/programme')).data['shows'][0]?.['started'];
  assert.equal(await started(), false);
  await clock.set('2031-05-05T03:00:00Z');
  assert.equal(await started(), true, 'although it was kept a moment ago');
});

test('strangers make the database work no harder, however many they are and however they ask', async (t) => {
  const app = await startApp(t);
  await app.show({ days: 1 });
  const counts = countStatements(app);
  const startedAt = performance.now();
  const urls = Array.from({ length: 3_000 }, (_, i) =>
    i % 3 === 0 ? `/programme?date=${day(i % 5_000)}` : `/programme?date=${day(i % 7)}&x=${i}`,
  );
  const codes: string[] = [];
  for (let at = 0; at < urls.length; at += 100) {
    const answers = await Promise.all(urls.slice(at, at + 100).map((url) => app.inject({ url })));
    codes.push(...answers.map(({ statusCode }) => String(statusCode)));
  }
  const elapsedMs = performance.now() - startedAt;
  const { 200: shown = 0, 400: refused = 0, ...others } = tally(codes);
  assert.deepEqual([shown + refused, others], [3_000, {}]);
  assert.ok(refused > 900);
  const most = 8 * Math.ceil(elapsedMs / 250 + 1);
  assert.ok((counts['programme'] ?? 0) <= most, `${counts['programme']} statements, ${most} at most`);
});

test('without the movie service it names shows by their ids, and asks the service no oftener than others do', async (t) => {
  const service = await startFakeService(t);
  const app = await startApp(t, { env: { MOVIE_SERVICE_URL: service.url, MOVIE_SERVICE_API_KEY: 'wrong' } });
  service.answer = status(500);
  await app.show({ days: 0, slotId: 4, movieId: 'tt1' });
  const ask = async () => {
    const { status, data } = await app.get('/programme');
    return [status, data['shows'][0]?.['movie']['name']];
  };
  assert.deepEqual(await ask(), [200, 'tt1']);
  const before = service.asked.length;
  for (let i = 0; i < 200; i += 1) await ask();
  assert.ok(service.asked.length - before <= 12, `${service.asked.length - before} questions`);

  const known = await startFakeService(t);
  known.movies = [rawMovie('tt1')];
  const served = await startApp(t, { env: { MOVIE_SERVICE_URL: known.url, MOVIE_SERVICE_API_KEY: KEY } });
  await served.show({ days: 0, slotId: 4, movieId: 'tt1' });
  assert.equal((await served.get('/programme')).data['shows'][0]?.['movie']['name'], 'Title of tt1');
});

test('it wants the gateway’s key like everything else, but under the app’s path', async (t) => {
  const app = await startApp(t, { env: { API_GATEWAY_KEY: 'gate', WEB_APP: 'on' } });
  for (const path of ['/programme', '/programme/events']) {
    assert.equal((await app.get(path)).code, 'INVALID_API_KEY');
  }
  for (const round of [1, 2]) {
    assert.equal((await app.get('/app/api/programme')).status, 200, `${round}`);
    assert.equal((await app.get('/programme', { headers: { 'x-api-key': 'gate' } })).status, 200);
    assert.equal((await app.get('/programme')).code, 'INVALID_API_KEY', 'what the fast path remembers too');
  }
});
