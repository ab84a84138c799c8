import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Decimal } from 'decimal.js';
import { closeMonths } from '../../src/reports/close-months.ts';
import type { TestApp } from '../support/app.ts';
import { download } from './download.ts';
import { sell, startCinema, writeHistory } from './history.ts';
import { obviousRevenue, readHistory, type Asked } from './obvious.ts';

const SEED = Number(process.env['SEED'] ?? 20_261);
const FILTERS: Asked[] = [
  [],
  [['movie_id', 'tt1']],
  [['movie_id', 'tt-gone']],
  [['slot_id', '3']],
  [['genre', 'Drama']],
  [
    ['genre', 'rim'],
    ['slot_id', '5'],
    ['movie_id', 'tt1'],
  ],
  [
    ['genre', 'Comedy'],
    ['movie_id', 'tt1'],
  ],
];
const FRAMES: Asked[] = ['daily', 'weekly', 'monthly', 'yearly', 'all'].map((frame) => [
  ['timeframe', frame],
]);

const queryOf = (asked: Asked) => asked.map(([name, value]) => `${name}=${value}`).join('&');
const during = (from: string, to: string): Asked => [
  ['from', from],
  ['to', to],
];
const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** The amounts in an export, added up, and how many there are. */
async function sumOf(app: TestApp, query: string) {
  const [heading = '', ...lines] = (await text(await download(app, `?excel=true&${query}`)))
    .trim()
    .split('\n');
  const column = heading.split(',').indexOf('Amount Paid');
  const amounts = lines.map((line) => line.split(',')[column] ?? 'none');
  return { bookings: amounts.length, revenue: Decimal.sum(0, ...amounts).toNumber() };
}

for (const zone of ['Asia/Kolkata', 'America/Havana']) {
  test(`in ${zone} the revenue of a period is what a slow computation finds, and what the export adds up to`, async (t) => {
    const app = await startCinema(t, zone);
    t.diagnostic(`SEED=${SEED}`);
    await writeHistory(app, { seed: SEED, bookings: 700 });
    await closeMonths(app.pool, zone);
    assert.ok((await app.count('revenue_month')) > 100, 'a period is right beside closed months');
    const history = await readHistory(app, zone);
    const periods = [
      during(dayBefore(60), dayBefore(30)),
      during(dayBefore(7), dayBefore(7)),
      during(dayBefore(91), dayBefore(0)),
      during('2024-11-02', '2024-11-03'),
      during('2025-11-02', '2025-11-02'),
      during('1999-01-01', '1999-01-31'),
      during('9999-12-01', '9999-12-31'),
    ];
    for (const period of periods) {
      for (const asked of [...FILTERS, ...FRAMES].map((filter) => filter.concat(period))) {
        const query = queryOf(asked);
        const { data } = await app.get(`/revenue?${query}`, { as: app.admin });
        assert.deepEqual(data, obviousRevenue(history, asked), query);
      }
      for (const asked of FILTERS.map((filter) => filter.concat(period))) {
        const query = queryOf(asked);
        const { total_bookings: bookings, total_revenue: revenue } = obviousRevenue(history, asked);
        assert.deepEqual(await sumOf(app, query), { bookings, revenue }, query);
      }
    }
  });
}

test('the export takes the filters of revenue without a period too', async (t) => {
  const app = await startCinema(t, 'UTC');
  await writeHistory(app, { seed: SEED, bookings: 100 });
  const history = await readHistory(app, 'UTC');
  const year = String(new Date().getUTCFullYear() - 1);
  for (const asked of FILTERS.flatMap((filter) => [filter, filter.concat([['year', year]])])) {
    const { total_bookings: bookings, total_revenue: revenue } = obviousRevenue(history, asked);
    assert.deepEqual(await sumOf(app, queryOf(asked)), { bookings, revenue }, queryOf(asked));
  }
});

test('a period begins and ends at midnight in the cinema', async (t) => {
  const app = await startCinema(t, 'Asia/Kolkata');
  await app.show();
  const times = [
    '2025-04-30T18:29:59.999Z',
    '2025-04-30T18:30:00Z',
    '2025-05-02T18:29:59.999Z',
    '2025-05-02T18:30:00Z',
  ];
  await sell(
    app,
    times.map((at, index) => ({
      at: new Date(at),
      seats: 1,
      amount: `${10 ** index}.00`,
      status: 'Confirmed',
    })),
    () => 0,
  );
  const query = queryOf(during('2025-05-01', '2025-05-02'));
  assert.equal((await app.get(`/revenue?${query}`, { as: app.admin })).data['total_revenue'], 110);
  assert.deepEqual(await sumOf(app, query), { bookings: 2, revenue: 110 });
  const { headers } = await download(app, `?${query}`);
  assert.equal(headers['content-disposition'], 'attachment; filename="bookings_2025-05-01_2025-05-02.csv"');
});

test('a period that is no period, or too long, is refused by revenue and export alike', async (t) => {
  const app = await startCinema(t, 'UTC');
  const wrong = `from=2025-05-01 to=2025-05-01 from=2025-05-02&to=2025-05-01 from=2025-01-01&to=2025-04-03
    from=2025-05-01&to=2025-05-02&year=2025 from=2025-05-01&to=2025-05-02&month=5 from=2025-02-30&to=2025-03-01
    from=May&to=June from=2025-05-01T00:00&to=2025-05-02 from=0000-01-01&to=0000-01-02 slot_id=x movie_id=%00 genre=%00`;
  for (const query of wrong.split(/\s+/)) {
    for (const path of ['/revenue', '/booking-csv']) {
      const answer = await app.get(`${path}?${query}`, { as: app.admin });
      assert.deepEqual([answer.status, answer.code], [400, 'INVALID_PARAMS'], `${path}?${query}`);
    }
  }
  for (const query of ['from=2025-01-01&to=2025-04-02', 'from=&to=&month=5']) {
    assert.equal((await app.get(`/revenue?${query}`, { as: app.admin })).status, 200, query);
  }
});
