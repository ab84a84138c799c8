import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeMonths } from '../../src/reports/close-months.ts';
import type { TestApp } from '../support/app.ts';
import { closeAtAnotherTime, dice, startCinema, writeHistory } from './history.ts';
import { agrees } from './obvious.ts';

const ZONE = 'Asia/Kolkata';
const SEED = Number(process.env['SEED'] ?? 20_264);
const ROUNDS = Number(process.env['ROUNDS'] ?? 120);

type Random = () => number;
const pick = <T>(random: Random, values: readonly [T, ...T[]]) =>
  values[Math.floor(random() * values.length)] ?? values[0];
const days = (random: Random, from: number, to: number) =>
  `now() + interval '${Math.round(from + random() * (to - from))} days'`;

/** Now, some day of the last or the coming two years, a month's first and last moment, and when no cinema was or will be. */
const time = (random: Random) =>
  pick(random, [
    'now()',
    days(random, -40, 0),
    days(random, -800, 800),
    `day_begins_at(date_trunc('month', ${days(random, -800, 100)})::date, '${ZONE}')`,
    `day_begins_at(date_trunc('month', ${days(random, -800, 100)})::date, '${ZONE}') - interval '1 microsecond'`,
    `timestamptz '1974-05-17 12:00+00' + interval '${Math.round(random() * 40)} days'`,
    `timestamptz '1066-10-14 12:00+00'`,
    `timestamptz '9999-12-31 12:00+00'`,
    `timestamptz '150000-03-04 12:00+00'`,
  ]);
const some = (random: Random, table: string) =>
  `id in (select id from ${table} order by md5(id::text || '${random()}') limit ${1 + Math.floor(random() * 3)})`;
const amount = (random: Random) => (random() * 1_000).toFixed(2);
const sale = (random: Random, status: string, at = time(random)) => `
  insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time)
  select show.date, show.id, customer.username, 1 + ${Math.floor(random() * 10)}, ${amount(random)}, '${status}', ${at}
  from show, customertable customer
  order by md5(show.id::text || '${random()}')
  limit 1`;

const DEEDS: [what: string, deed: (random: Random) => string][] = [
  ['a sale', (random) => sale(random, 'Confirmed')],
  ['a sale, checked in', (random) => sale(random, 'CheckedIn')],
  [
    'a hold',
    (random) => `begin; ${sale(random, 'Pending')};
    update booking set status = 'Confirmed' where id = (select max(id) from booking); commit`,
  ],
  [
    'another amount',
    (random) => `update booking set amount_paid = ${amount(random)} where ${some(random, 'booking')}`,
  ],
  [
    'another time',
    (random) => `update booking set booking_time = ${time(random)} where ${some(random, 'booking')}`,
  ],
  [
    'seats',
    (random) => `update booking set no_of_seats = no_of_seats % 10 + 1 where ${some(random, 'booking')}`,
  ],
  [
    'no sale after all',
    (random) => `begin; update booking set status = 'Pending' where ${some(random, 'booking')};
    delete from booking where status = 'Pending'; commit`,
  ],
  ['a deletion', (random) => `delete from booking where ${some(random, 'booking')}`],
  [
    'another show',
    (random) => `update booking set show_id = (select min(id) from show) where ${some(random, 'booking')}`,
  ],
  [
    'another movie',
    (random) => `update show set movie_id = 'tt${Math.ceil(random() * 3)}' where ${some(random, 'show')}`,
  ],
  [
    'a load with triggers off',
    (random) => `begin; set local session_replication_role = replica;
    ${sale(random, 'Confirmed')}; delete from booking where ${some(random, 'booking')}; commit`,
  ],
  ['counts deleted in part', (random) => `delete from revenue_month where ${some(random, 'revenue_month')}`],
  ['counts emptied', (random) => pick(random, ['delete from revenue_month', 'truncate revenue_month'])],
  [
    'counts changed',
    (random) => `update revenue_month set bookings = bookings + 7, month = month + 31
    where ${some(random, 'revenue_month')} and not exists (select from revenue_month where false)`,
  ],
  [
    'counts invented',
    (random) => `insert into revenue_month (month, amount_paid, bookings, seats)
    values (date_trunc('month', now() - interval '${Math.floor(random() * 700)} days'), ${7_000 + random()}, 3, 4)
    on conflict do nothing`,
  ],
  [
    'the closing moved on by hand',
    () => `update revenue_closing set open_from = date_trunc('month', now())::date + 62,
    watched_until = '2099-01-01', all_watch = true`,
  ],
  [
    'the closing moved back by hand',
    (random) => `update revenue_closing
    set open_from = (now() - interval '${Math.floor(random() * 700)} days')::date`,
  ],
  ['another zone by hand', () => `update revenue_closing set time_zone = 'America/Havana'`],
  ['the closing deleted', () => 'delete from revenue_closing'],
];

/** Closes with a clock that is right, ahead or behind, in this zone or in another one first. */
async function close(app: TestApp, random: Random): Promise<string> {
  const ahead = pick(random, ['0 days', '0 days', '20 days', '70 days', '-300 days', '8000 years']);
  if (random() < 0.2) await closeAtAnotherTime(app, 'America/Havana', ahead);
  await closeAtAnotherTime(app, ZONE, ahead);
  return `a closing ${ahead} ahead`;
}

test('reports are the sum of the sales, whatever was closed and whatever happens to sales and counts', async (t) => {
  t.diagnostic(`SEED=${SEED} ROUNDS=${ROUNDS}`);
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: SEED, bookings: 40 });
  const random = dice(SEED);
  const done: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    if (random() < 0.5) done.push(await close(app, random));
    const [what, deed] = pick(random, DEEDS as [(typeof DEEDS)[number], ...typeof DEEDS]);
    await app.script(deed(random));
    done.push(what);
    await agrees(app, ZONE, `round ${round}, SEED=${SEED}: ${done.slice(-6).join(', ')}`);
  }
  await closeMonths(app.pool, ZONE);
  await agrees(app, ZONE, 'a closing by the program');
});

test('a booking at a time that no calendar has is no sale, and breaks neither reports nor closings nor the export', async (t) => {
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: SEED, bookings: 40 });
  const random = dice(SEED);
  const times = [
    'infinity',
    '-infinity',
    '294276-12-31 23:59:59.999999+00',
    '4714-11-24 00:00:00+00 BC',
    '290000-01-01',
  ];
  for (const at of times) {
    for (const zone of [ZONE, 'America/Havana']) await closeAtAnotherTime(app, zone, '70 days');
    await app.script(sale(random, 'Confirmed', `'${at}'`));
  }
  assert.equal(
    await app.count('booking', `booking_time > '250000-01-01' or booking_time < '4100-01-01 BC'`),
    times.length,
  );
  const counted = await app.count(
    'booking',
    `status <> 'Pending' and booking_time between '1900-01-01' and '2100-01-01'`,
  );
  for (const query of [
    '',
    '?timeframe=daily',
    '?timeframe=weekly',
    '?timeframe=monthly',
    '?timeframe=yearly',
    '?month=12',
  ]) {
    const { status, data } = await app.get(`/revenue${query}`, { as: app.admin });
    assert.equal(status, 200, query);
    if (query === '' || query.endsWith('yearly')) assert.equal(data['total_bookings'], counted);
    await closeMonths(app.pool, ZONE);
  }
  for (const query of ['', '?month=12', '?year=2025']) {
    assert.equal((await app.get(`/booking-csv${query}`, { as: app.admin })).status, 200, query);
  }
  const csv = (await app.get('/booking-csv', { as: app.admin })).text;
  assert.equal(
    csv.trim().split('\n').length,
    1 + counted + times.length,
    'the export has them, without their time',
  );
});

test('processes that close at once, in two zones, beside sales, leave reports that are right', async (t) => {
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: SEED, bookings: 100 });
  const random = dice(SEED);
  const ends = performance.now() + 3_000;
  const until = async (work: () => Promise<unknown>) => {
    while (performance.now() < ends) await work();
  };
  await Promise.all([
    until(() => closeMonths(app.pool, ZONE)),
    until(() => closeMonths(app.needs.pool, ZONE)),
    until(() => closeAtAnotherTime(app, ZONE, '70 days').catch(() => undefined)),
    until(() => closeMonths(app.pool, 'America/Havana')),
    until(() => app.script(sale(random, 'Confirmed'))),
    until(() => app.script(sale(random, 'Confirmed'))),
    until(() =>
      app.script(`update booking set amount_paid = ${amount(random)} where ${some(random, 'booking')}`),
    ),
  ]);
  await agrees(app, ZONE, 'all of it');
  await closeMonths(app.pool, ZONE);
  await agrees(app, ZONE, 'a last closing');
});
