import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { closeMonths } from '../../src/reports/close-months.ts';
import type { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { keepOpen, startCinema, writeHistory } from './history.ts';
import { agrees } from './obvious.ts';

const ZONE = 'Asia/Kolkata';
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
  await agrees(app, ZONE, 'closing');
  for (const [what, statement] of CHANGES) {
    await closeMonths(app.pool, ZONE);
    const { letClose } = await keepOpen(app);
    const closed = await openFrom(app);
    await app.script(statement);
    assert.notEqual(await openFrom(app), closed, `${what} opens months again`);
    await agrees(app, ZONE, what);
    await letClose();
    await closeMonths(app.pool, ZONE);
    await agrees(app, ZONE, `${what}, closed again`);
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
  await agrees(app, ZONE, 'ordinary sales');
});

test('beside a transaction that writes an old sale nothing is closed, and after it the sale is counted', async (t) => {
  const app = await closedCinema(t);
  const writer = new pg.Client({ connectionString: app.databaseUrl });
  await writer.connect();
  t.after(() => writer.end());
  // The months are open, so the writer finds nothing to open again.
  await app.script(`update revenue_closing set open_from = '-infinity'`);
  await writer.query(`begin; update booking set amount_paid = amount_paid + 500 where id = ${oldOne}`);
  await closeMonths(app.pool, ZONE);
  assert.equal(await openFrom(app), '-infinity');
  await writer.query('commit');
  await closeMonths(app.pool, ZONE);
  assert.notEqual(await openFrom(app), '-infinity');
  await agrees(app, ZONE, 'the wait');
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
  await agrees(elsewhere, 'America/Havana', 'a move');
  await letClose();
  await closeMonths(elsewhere.pool, 'America/Havana');
  await agrees(elsewhere, 'America/Havana', 'closing there');
});

test('asking for the revenue has the months that are over closed', async (t) => {
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: 11, bookings: 200 });
  await app.get('/revenue', { as: app.admin });
  await eventually('months are closed', async () => (await app.count('revenue_month')) > 0);
});

const aMonth = `(select month from revenue_month order by month limit 1 offset 40)`;
const BY_HAND: [what: string, statement: string][] = [
  ['all counts deleted', 'delete from revenue_month'],
  ['the table emptied', 'truncate revenue_month'],
  ['a month deleted', `delete from revenue_month where month = ${aMonth}`],
  ['a single count deleted', `delete from revenue_month where id = (select max(id) from revenue_month)`],
  ['a count changed', `update revenue_month set bookings = bookings + 1 where month = ${aMonth}`],
  ['a count moved', `update revenue_month set month = '1999-01-01' where month = ${aMonth}`],
  [
    'a count invented',
    `insert into revenue_month (month, amount_paid, bookings, seats) values (${aMonth}, 0.07, 1, 1)`,
  ],
  [
    'the closing moved on',
    `update revenue_closing set open_from = '2099-01-01', watched_until = '2099-01-01'`,
  ],
  ['the closing moved back to mid-month', `update revenue_closing set open_from = ${aMonth} + 16`],
  ['another zone', `update revenue_closing set time_zone = 'America/Havana'`],
  ['the closing deleted', 'delete from revenue_closing'],
];

test('whatever happens to the counts themselves, reports are right, and the counts soon are again', async (t) => {
  const app = await closedCinema(t);
  const counts =
    'select month, movie_id, slot_id, amount_paid, bookings, seats from revenue_month order by 1, 2, 3, 4';
  const closed = await app.rows(counts);
  for (const [what, statement] of BY_HAND) {
    const { letClose } = await keepOpen(app);
    await app.script(statement);
    await agrees(app, ZONE, what);
    await letClose();
    await eventually(`after ${what} it is closed`, async () => {
      await closeMonths(app.pool, ZONE);
      return (await app.count('revenue_closing', `open_from > now() - interval '60 days'`)) === 1;
    });
    assert.deepEqual(await app.rows(counts), closed, what);
    await agrees(app, ZONE, `${what}, closed again`);
  }
});

test('every table has a key by which its changes can be replicated', async (t) => {
  const app = await closedCinema(t);
  const tables = await app.rows(`
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not exists (select from pg_index where indrelid = pg_class.oid and indisprimary)`);
  assert.deepEqual(tables, []);
  await app.script('create publication everything for all tables');
  await app.script(`update booking set amount_paid = amount_paid + 1 where ${old}`);
  await closeMonths(app.pool, ZONE);
  await app.script('delete from revenue_month');
  await agrees(app, ZONE, 'all of it, published');
});

test('a tool that may only write bookings, and has no search path, writes old sales as well', async (t) => {
  const app = await closedCinema(t);
  const role = `clerk_${process.pid}`;
  await app.script(`create role ${role}; grant select, insert, update, delete on booking, show to ${role}`);
  t.after(() => app.script(`drop owned by ${role}; drop role ${role}`).catch(() => undefined));
  await app.script(`
    begin; set local role ${role}; set local search_path = '';
    insert into public.booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time)
    select date, show_id, customer_username, 1, 1.01, 'CheckedIn', booking_time - interval '2 days'
    from public.booking where customer_username is not null and ${old} limit 1;
    update public.show set movie_id = 'tt3' where id = (select min(id) from public.show);
    commit`);
  await agrees(app, ZONE, 'the tool');
});
