import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { closeMonths } from '../../src/reports/close-months.ts';
import type { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { keepOpen, startCinema, writeHistory } from './history.ts';
import { obviousRevenue, readHistory, type Asked } from './obvious.ts';

const ZONE = 'Asia/Kolkata';
const QUESTIONS: Asked[] = [
  [],
  [['timeframe', 'monthly']],
  [
    ['timeframe', 'yearly'],
    ['slot_id', '3'],
  ],
  [
    ['movie_id', 'tt1'],
    ['timeframe', 'monthly'],
  ],
];

async function agrees(app: TestApp, after: string, zone = ZONE) {
  const history = await readHistory(app, zone);
  for (const asked of QUESTIONS) {
    const query = asked.map(([name, value]) => `${name}=${value}`).join('&');
    const { data } = await app.get(`/revenue?${query}`, { as: app.admin });
    assert.deepEqual(data, obviousRevenue(history, asked), `${query} after ${after}`);
  }
}

const openFrom = async (app: TestApp) =>
  (await app.rows<{ open: string }>('select open_from as open from revenue_closing'))[0]?.open ?? '';

async function closedCinema(t: Parameters<typeof startCinema>[0]) {
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: 7, bookings: 300 });
  await closeMonths(app.pool, ZONE);
  return app;
}

const old = `booking_time < now() - interval '100 days' and status <> 'Pending'`;
const oldOne = `(select id from booking where ${old} order by id limit 1)`;
const CHANGES: [what: string, statement: string][] = [
  ['an amount', `update booking set amount_paid = amount_paid + 0.01 where id = ${oldOne}`],
  ['the seats', `update booking set no_of_seats = no_of_seats + 1 where id = ${oldOne}`],
  ['the show', `update booking set show_id = (select max(id) from show) where id = ${oldOne}`],
  ['the time', `update booking set booking_time = booking_time - interval '400 days' where id = ${oldOne}`],
  ['the time, to now', `update booking set booking_time = now() where id = ${oldOne}`],
  ['a status, away', `update booking set status = 'Pending' where id = ${oldOne}`],
  [
    // In one transaction, since the app itself removes a hold that is over.
    'a status, to paid',
    `begin;
     insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time)
     select date, show_id, customer_username, 1, 1.01, 'Pending', booking_time from booking where id = ${oldOne};
     update booking set status = 'Confirmed' where id = (select max(id) from booking);
     commit`,
  ],
  ['a deletion', `delete from booking where id = ${oldOne}`],
  [
    'an insertion',
    `insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time)
     select date, show_id, customer_username, 1, 1.01, 'CheckedIn', booking_time - interval '2 days'
     from booking where ${old} order by id limit 5`,
  ],
  ["a show's movie", `update show set movie_id = 'tt3' where movie_id = 'tt1'`],
  ["a show's slot", `update show set slot_id = 4 where slot_id = 3`],
  [
    'a load with triggers off',
    `begin; set local session_replication_role = replica;
     update booking set amount_paid = amount_paid + 1 where ${old}; commit`,
  ],
  [
    'the removal of all',
    'begin; set local session_replication_role = replica; truncate booking cascade; commit',
  ],
];

test('whatever happens to sales of closed months, reports never drift from them', async (t) => {
  const app = await closedCinema(t);
  await agrees(app, 'closing');
  for (const [what, statement] of CHANGES) {
    await closeMonths(app.pool, ZONE);
    const { letClose } = await keepOpen(app);
    const closed = await openFrom(app);
    await app.script(statement);
    if ((await openFrom(app)) === closed)
      console.log(
        closed,
        await app.rows(
          "select id, booking_time, status, xmin::text, (select max(xmin::text::bigint) from revenue_closing) from booking where id = (select min(id) from booking where booking_time < now() - interval '100 days') or xmin = (select xmin from booking order by xmin::text::bigint desc limit 1)",
        ),
        await app.rows('table revenue_closing'),
      );
    assert.notEqual(await openFrom(app), closed, `${what} opens months again`);
    await agrees(app, what);
    await letClose();
    await closeMonths(app.pool, ZONE);
    await agrees(app, `${what}, closed again`);
  }
});

test('a sale of today, a check-in and a change that changes nothing leave closed months closed', async (t) => {
  const app = await closedCinema(t);
  const closed = await openFrom(app);
  await app.script(`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status)
    select date, show_id, customer_username, 1, 1.01, 'Confirmed' from booking limit 1;
    update booking set status = 'CheckedIn' where status = 'Confirmed';
    update booking set payment_type = 'Cash' where ${old};
    delete from booking where status = 'Pending'`);
  assert.equal(await openFrom(app), closed);
  await agrees(app, 'ordinary sales');
});

test('a closing waits for a transaction that still writes an old sale, and counts it', async (t) => {
  const app = await closedCinema(t);
  const writer = new pg.Client({ connectionString: app.databaseUrl });
  await writer.connect();
  t.after(() => writer.end());
  // The months are open, so the writer finds nothing to open again.
  await app.script(`update revenue_closing set open_from = '-infinity'`);
  await writer.query(`begin; update booking set amount_paid = amount_paid + 500 where id = ${oldOne}`);
  const closing = closeMonths(app.pool, ZONE);
  await eventually(
    'the closing waits',
    async () =>
      (await app.count('pg_stat_activity', `wait_event_type = 'Lock' and datname = current_database()`)) > 0,
  );
  await writer.query('commit');
  await closing;
  await agrees(app, 'the wait');
});

test('a transaction whose snapshot is older than a closing may not write into what it closed', async (t) => {
  const app = await closedCinema(t);
  const writer = new pg.Client({ connectionString: app.databaseUrl });
  await writer.connect();
  t.after(() => writer.end());
  await app.script(`update revenue_closing set open_from = '-infinity'`);
  await writer.query('begin isolation level repeatable read; select count(*) from booking');
  await closeMonths(app.pool, ZONE);
  await assert.rejects(writer.query(`delete from booking where id = ${oldOne}`), { code: '40001' });
  await assert.rejects(
    app.script(`begin isolation level repeatable read; select close_revenue_month('${ZONE}'); commit`),
    /read committed/,
  );
});

test('in another time zone nothing counts as closed until its own months are', async (t) => {
  const elsewhere = await startCinema(t, 'America/Havana');
  await writeHistory(elsewhere, { seed: 3, bookings: 200 });
  await closeMonths(elsewhere.pool, ZONE);
  const { letClose } = await keepOpen(elsewhere);
  await agrees(elsewhere, 'a move', 'America/Havana');
  await letClose();
  await closeMonths(elsewhere.pool, 'America/Havana');
  await agrees(elsewhere, 'closing there', 'America/Havana');
});

test('asking for the revenue has the months that are over closed', async (t) => {
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: 11, bookings: 200 });
  await app.get('/revenue', { as: app.admin });
  await eventually('months are closed', async () => (await app.count('revenue_month')) > 0);
});
