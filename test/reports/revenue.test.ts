import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeMonths } from '../../src/reports/close-months.ts';
import type { TestApp } from '../support/app.ts';
import { keepOpen, MOVIE_IDS, sell, startCinema, writeHistory } from './history.ts';
import { obviousRevenue, readHistory, type Asked } from './obvious.ts';

const SEED = Number(process.env['SEED'] ?? 20_261);
const lastYear = String(new Date().getUTCFullYear() - 1);

const VALUES: Asked = [
  ...['daily', 'weekly', 'monthly', 'yearly', 'all'].map((value) => ['timeframe', value] as const),
  ['month', '4'],
  ['month', '11'],
  ['year', lastYear],
  ...MOVIE_IDS.slice(1).map((value) => ['movie_id', value] as const),
  ['movie_id', 'tt-unknown'],
  ['slot_id', '3'],
  ['slot_id', '999'],
  ['genre', 'Drama'],
  ['genre', 'rim'],
];
const clash = ([name, value]: Asked[number], [other]: Asked[number]) =>
  name === 'timeframe' && value !== 'all' && (other === 'month' || other === 'year');
const PAIRS = VALUES.flatMap((first) =>
  VALUES.filter((second) => first[0] !== second[0]).map((second) => [first, second]),
);

const labels = (data: unknown) => (data as { groups: { label: string }[] }).groups.map(({ label }) => label);
const path = (asked: Asked) => `/revenue?${asked.map(([name, value]) => `${name}=${value}`).join('&')}`;

async function compare(app: TestApp, zone: string, questions: readonly Asked[]) {
  const history = await readHistory(app, zone);
  for (const asked of questions) {
    const answer = await app.get(path(asked), { as: app.admin });
    assert.deepEqual(answer.data, obviousRevenue(history, asked), path(asked));
  }
}

for (const zone of ['Asia/Kolkata', 'America/Havana']) {
  test(`in ${zone} revenue is what a slow computation finds, for any two parameters in both orders`, async (t) => {
    const app = await startCinema(t, zone);
    t.diagnostic(`SEED=${SEED}`);
    await writeHistory(app, { seed: SEED, bookings: 700 });
    const sensible = PAIRS.filter(([a, b]) => a && b && !clash(a, b) && !clash(b, a));
    const single = VALUES.map((value) => [value]);
    const { letClose } = await keepOpen(app);
    await compare(app, zone, [[], ...single, ...sensible]);
    assert.equal(await app.count('revenue_month'), 0, 'sale by sale');

    await letClose();
    await closeMonths(app.pool, zone);
    assert.ok((await app.count('revenue_month')) > 100, 'now from closed months');
    await compare(app, zone, [[], ...single, ...sensible]);
    const three: Asked = [
      ['slot_id', '3'],
      ['year', lastYear],
      ['genre', 'Drama'],
      ['movie_id', 'tt1'],
      ['month', '4'],
    ];
    await compare(app, zone, [three, three.toReversed()]);
  });
}

test('totals, means and medians are exact to the paisa and rounded once', async (t) => {
  const app = await startCinema(t, 'UTC');
  await app.show({ movieId: 'tt1' });
  const amounts = ['0.10', '0.20', '0.25', '99999999.99'];
  const at = new Date(Date.now() - 60_000);
  await sell(
    app,
    amounts.map((amount) => ({ at, seats: 1, amount, status: 'Confirmed' })),
    () => 0,
  );
  const { data } = await app.get('/revenue', { as: app.admin });
  assert.equal(data['total_revenue'], 100_000_000.54);
  assert.equal(data['mean_revenue'], 25_000_000.14, '25000000.135');
  assert.equal(data['median_revenue'], 0.23, '0.225');
  assert.deepEqual(labels(data), ['All']);
});

test('the first of a repeated parameter counts, an empty one is absent, an unknown one gives no part', async (t) => {
  const app = await startCinema(t, 'UTC');
  await app.show({ movieId: 'tt1' });
  await sell(app, [{ at: new Date(), seats: 2, amount: '10.00', status: 'CheckedIn' }], () => 0);
  const label = async (query: string) => labels((await app.get(`/revenue?${query}`, { as: app.admin })).data);

  assert.deepEqual(await label('genre=Crime&movie_id=tt1&genre=Horror'), ['Crime;One; and Two']);
  assert.deepEqual(await label('month=&year=&movie_id=&slot_id=&genre=&timeframe='), ['All']);
  assert.deepEqual(await label('colour=red&timeframe=yearly&x=1'), [String(new Date().getUTCFullYear())]);
  assert.deepEqual(await label('%67enre=Crime'), ['Crime']);
  assert.deepEqual(await label('genre=crime'), []);
});

test('what cannot be asked is refused, and what is not there is zero', async (t) => {
  const app = await startCinema(t, 'UTC');
  const bad = `timeframe=hourly timeframe=Daily month=0 month=13 month=4.5 month=-1 month=x month=1e0 year=0 year=-5
    year=99999 year=20x5 year=0000 slot_id=abc slot_id=1.5 slot_id=99999999999999999999 movie_id=%00 genre=%00
    timeframe=hourly&month=4`;
  for (const query of bad.split(/\s+/)) {
    const answer = await app.get(`/revenue?${query}`, { as: app.admin });
    assert.deepEqual(
      [answer.code, answer.json['message']],
      ['INVALID_PARAMS', 'Invalid query parameters'],
      query,
    );
  }
  for (const query of ['timeframe=daily&month=4', 'year=2025&timeframe=yearly']) {
    const answer = await app.get(`/revenue?${query}`, { as: app.admin });
    assert.equal(answer.json['message'], 'Timeframe cannot be combined with month or year filters');
    assert.equal(answer.status, 400);
  }
  for (const query of [
    '',
    'timeframe=all&month=04&year=2025',
    'slot_id=-3',
    "movie_id=x'%20or%201=1",
    'year=1999',
  ]) {
    assert.deepEqual((await app.get(`/revenue?${query}`, { as: app.admin })).data, {
      total_revenue: 0,
      mean_revenue: 0,
      median_revenue: 0,
      total_bookings: 0,
      total_seats_booked: 0,
      groups: [],
    });
  }
  assert.equal((await app.get('/revenue', { as: app.staff })).code, 'FORBIDDEN');
});

test('a look back begins at the hour it is now, not with the day, week or month of it', async (t) => {
  const app = await startCinema(t, 'UTC');
  await app.show();
  for (const [timeframe, ago] of [
    ['daily', '30 days'],
    ['weekly', '16 weeks'],
    ['monthly', '12 months'],
  ]) {
    await sell(app, [{ at: new Date(), seats: 1, amount: '1.00', status: 'Confirmed' }], () => 0);
    await sell(app, [{ at: new Date(), seats: 1, amount: '10.00', status: 'Confirmed' }], () => 0);
    await app.script(`update booking set booking_time = now() - interval '${ago}'
      + case amount_paid when 1 then interval '1 minute' else interval '-1 minute' end`);
    const { data } = await app.get(`/revenue?timeframe=${timeframe}`, { as: app.admin });
    assert.equal(data['total_revenue'], 1, timeframe);
    await app.script('delete from booking');
  }
});
