import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf, labelEvery, roundStep } from '../../web/desk/revenue/bars.ts';
import { byDay, comparable, percentChange, sideBySide, sum } from '../../web/desk/revenue/figures.ts';
import { matches, occupiedDays, percentSold } from '../../web/desk/revenue/occupancy.ts';
import { compared, countDays, daysOf, stepFrom } from '../../web/desk/revenue/period.ts';
import { AFTERNOON, LATE, MORNING, showOf } from './office-samples.ts';

const group = (label: string, revenue: number, bookings = 1) => ({
  label,
  total_revenue: revenue,
  mean_revenue: 0,
  median_revenue: 0,
  total_bookings: bookings,
  total_seats_booked: 2 * bookings,
});

test('a day, a week and a month have their days, and lead to the next and the one before', () => {
  assert.deepEqual(daysOf('week', '2027-01-01'), { from: '2026-12-28', to: '2027-01-03' });
  assert.deepEqual(daysOf('month', '2028-02-10'), { from: '2028-02-01', to: '2028-02-29' });
  assert.deepEqual(daysOf('month', '2026-12-31'), { from: '2026-12-01', to: '2026-12-31' });
  assert.deepEqual(
    [
      stepFrom('day', '2026-12-01', -1),
      stepFrom('week', '2026-12-03', 1),
      stepFrom('month', '2026-03-31', -1),
    ],
    ['2026-11-30', '2026-12-07', '2026-02-01'],
  );
  assert.deepEqual(compared('day', '2026-12-02'), {
    drawn: { from: '2026-11-30', to: '2026-12-06' },
    before: { from: '2026-11-23', to: '2026-11-29' },
  });
  assert.deepEqual(compared('month', '2026-12-31').before, { from: '2026-11-01', to: '2026-11-30' });
  assert.equal(countDays({ from: '2026-03-28', to: '2026-03-30' }), 3, 'whatever clocks do');
});

test('each day has its figures to the paisa, nothing sold included, under any filter', () => {
  const days = { from: '2026-11-30', to: '2026-12-02' };
  const found = byDay(
    { groups: [group('2026-11-30;Twins', 0.1), group('2026-12-02', 1_234_567.89, 3)] },
    days,
  );
  assert.deepEqual(
    found.map(({ paise, bookings, seats }) => [paise, bookings, seats]),
    [
      [10, 1, 2],
      [0, 0, 0],
      [123_456_789, 3, 6],
    ],
  );
  assert.equal(sum(found).paise, 123_456_799);
});

test('a week that is not over is compared with the same days of the week before', () => {
  const now = byDay({ groups: [group('2026-11-30', 30)] }, daysOf('week', '2026-11-30'));
  const before = byDay(
    { groups: [group('2026-11-23', 10), group('2026-11-24', 20), group('2026-11-28', 500)] },
    daysOf('week', '2026-11-23'),
  );
  const days = sideBySide(now, before);
  assert.equal(comparable(days, before, '2026-11-30').paise, 1_000);
  assert.equal(comparable(days, before, '2026-12-01').paise, 3_000);
  assert.equal(comparable(days, before, '2027-01-01').paise, 53_000);
  assert.deepEqual(
    [percentChange(3_000, 1_000), percentChange(0, 1_000), percentChange(1, 0)],
    [200, -100, undefined],
  );
});

test('a month that is longer than the one before has days without a comparison', () => {
  const none = { groups: [] };
  const days = sideBySide(
    byDay(none, daysOf('month', '2026-03-01')),
    byDay(none, daysOf('month', '2026-02-01')),
  );
  assert.deepEqual([days.length, days[27]?.before?.date, days[28]?.before], [31, '2026-02-28', undefined]);
});

test('a month that is over is compared with the whole month before, its 31st included', () => {
  const before = byDay(
    { groups: [group('2026-03-01', 10), group('2026-03-30', 20), group('2026-03-31', 500)] },
    daysOf('month', '2026-03-01'),
  );
  const days = sideBySide(byDay({ groups: [] }, daysOf('month', '2026-04-01')), before);
  assert.equal(comparable(days, before, '2026-04-29').paise, 1_000);
  assert.equal(comparable(days, before, '2026-04-30').paise, 53_000);
  assert.equal(comparable(days, before, '2026-06-01').paise, 53_000);
});

test('bars stand on one line, reach up to their share of a round number, and keep beside each other', () => {
  assert.deepEqual([0, 40_000, 41_000, 1_234_500].map(roundStep), [100, 10_000, 20_000, 500_000]);
  const { pairs, ticks, bottom } = chartOf(
    [
      { now: 40_000, before: 20_000 },
      { now: 0, before: undefined },
    ],
    { width: 452, height: 234 },
  );
  assert.deepEqual(
    ticks.map(({ value, y }) => [value, y]),
    [0, 1, 2, 3, 4].map((at) => [at * 10_000, 208 - 50 * at]),
  );
  const [first, second] = pairs;
  assert.deepEqual([first?.now.height, first?.before?.height, second?.now.height], [200, 100, 0]);
  assert.ok(first?.before && first.before.x + first.before.width <= first.now.x);
  assert.equal(first.now.y + first.now.height, bottom);
  assert.equal(second?.before, undefined);
  assert.deepEqual([labelEvery(7, 800), labelEvery(31, 320), labelEvery(31, 0)], [1, 6, 1_364]);
});

test('occupancy counts sold seats apart from held ones, by show and by day, for the filter of the revenue', () => {
  const shows = [
    showOf('2026-11-30', MORNING, { sold: 60, free: 35 }),
    showOf('2026-11-30', LATE, { sold: 100 }),
    showOf('2026-12-01', AFTERNOON, { movieId: 'tt2', genre: 'Comedy' }),
  ];
  assert.deepEqual(
    occupiedDays(shows, 100).map(({ date, sold, held, seats }) => [date, sold, held, seats]),
    [
      ['2026-11-30', 160, 5, 200],
      ['2026-12-01', 0, 0, 100],
    ],
  );
  const ids = (filter: Parameters<typeof matches>[1]) =>
    shows.filter((show) => matches(show, filter)).map(({ slot }) => slot.id);
  assert.deepEqual(ids({}), [1, 3, 2]);
  assert.deepEqual(ids({ movieId: 'tt1', slotId: 3 }), [3]);
  assert.deepEqual(ids({ genre: 'Drama' }), [1, 3]);
  assert.deepEqual(
    [
      [0, 100],
      [1, 1000],
      [999, 1000],
      [100, 100],
      [0, 0],
    ].map(([sold = 0, seats = 0]) => percentSold({ sold, seats })),
    [0, 1, 99, 100, 0],
  );
});
