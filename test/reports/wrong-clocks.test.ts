import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { closeMonths } from '../../src/reports/close-months.ts';
import type { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { closeAtAnotherTime, startCinema, writeHistory } from './history.ts';
import { agrees } from './obvious.ts';

const ZONE = 'Asia/Kolkata';

async function cinema(t: Parameters<typeof startCinema>[0]) {
  const app = await startCinema(t, ZONE);
  await writeHistory(app, { seed: 7, bookings: 200 });
  // On the first day of a month its history may have no sale in it, and a month without sales is not closed.
  await app.script(sale('now()'));
  return app;
}

/** `insert` of a paid booking, at a time that SQL says. */
const sale = (at: string, showId = 'show_id') => `
  insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time)
  select date, ${showId}, customer_username, 3, 77.01, 'Confirmed', ${at}
  from booking where customer_username is not null order by id limit 1`;

const isClosed = (app: TestApp, at: string) =>
  app.count('revenue_closing', `open_from > ((${at}) at time zone time_zone)::date`);

async function session(t: Parameters<typeof startCinema>[0], app: TestApp) {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  t.after(() => client.end());
  return client;
}

/** Until somebody else, the app itself for instance, has let it. */
const closeAhead = (app: TestApp, at: string) =>
  eventually('it is closed', async () => {
    await closeAtAnotherTime(app, ZONE, '70 days');
    return (await isClosed(app, at)) === 1;
  });

test('a month that a clock closed too early takes all its later sales, and closes again when it is over', async (t) => {
  const app = await cinema(t);
  // While the clock was ahead somebody bought as well.
  await app.script(sale(`now() + interval '70 days'`));
  await closeAhead(app, 'now()');
  await agrees(app, ZONE, 'closing');

  await app.script(sale('now()'));
  await agrees(app, ZONE, 'a sale of today');
  assert.equal(await isClosed(app, 'now()'), 0, 'it is open again');
  await eventually('months are closed at the right time', async () => {
    await closeMonths(app.pool, ZONE);
    return (await isClosed(app, `now() - interval '60 days'`)) === 1;
  });
  await agrees(app, ZONE, 'closing at the right time');

  await closeAhead(app, 'now()');
  await app.script(
    `update booking set amount_paid = amount_paid + 1 where booking_time > now() - interval '1 day'`,
  );
  await agrees(app, ZONE, 'a change of today');
  await closeAhead(app, 'now()');
  await app.script(`delete from booking where booking_time > now() - interval '1 day'`);
  await agrees(app, ZONE, 'a deletion of today');
});

test('a clock that ran ahead closes no month past the newest sale', async (t) => {
  const app = await cinema(t);
  await app.script(sale('now()'));
  await closeAtAnotherTime(app, ZONE, '400 days');
  assert.equal(await isClosed(app, `now() - interval '40 days'`), 1);
  assert.equal(await isClosed(app, 'now()'), 0);
});

test('a sale that was being written when a clock closed its month is waited for, and is in the reports', async (t) => {
  const app = await cinema(t);
  await app.script(sale(`now() + interval '70 days'`));
  const writer = await session(t, app);
  await writer.query(`begin; ${sale('now()')}`);
  await closeAtAnotherTime(app, ZONE, '70 days');
  assert.equal(await isClosed(app, `now() - interval '40 days'`), 0, 'nothing is closed beside a writer');
  await agrees(app, ZONE, 'a closing that waits');
  // Written while the months are watched, before they are counted.
  await app.script(sale(`now() - interval '1 second'`));
  await writer.query('commit');
  await closeAhead(app, 'now()');
  await agrees(app, ZONE, 'the writer');
});

test('a show that gets another movie while it is being sold counts for that movie', async (t) => {
  const app = await cinema(t);
  const showId = await app.show({ movieId: 'tt1', days: 5, slotId: 2 });
  const [seller, scheduler] = [await session(t, app), await session(t, app)];
  await seller.query(`begin; ${sale(`now() - interval '100 days'`, String(showId))}`);
  await scheduler.query(`begin; update show set movie_id = 'tt3' where id = ${showId}`);
  await closeMonths(app.pool, ZONE);
  await seller.query('commit');
  await closeMonths(app.pool, ZONE);
  await scheduler.query('commit');
  await agrees(app, ZONE, 'all three');
});

test('of two that close, neither counts on what the other has only just announced', async (t) => {
  const app = await cinema(t);
  const oldest = `(select min(booking_time) from booking where status <> 'Pending')`;
  const closeOne = `select close_revenue_month('${ZONE}')`;
  const closers = [await session(t, app), await session(t, app)];
  const [first, second] = [await session(t, app), await session(t, app)];
  await app.script(closeOne);
  await first.query(`begin; ${sale('now()')}`);
  const closings = closers.map((closer) => closer.query(closeOne));
  await eventually(
    'both wait for the first writer',
    async () =>
      (await app.count('pg_stat_activity', `wait_event = 'PgSleep' and datname = current_database()`)) === 2,
  );
  // An old sale changes, which ends the watch; the second writer sees no more of it, so takes no lock.
  await app.script(`update booking set amount_paid = 1.01 where booking_time = ${oldest}`);
  await second.query(`begin; ${sale(`${oldest} + interval '1 second'`)}`);
  await first.query('commit');
  await Promise.all(closings);
  await second.query('commit');
  await agrees(app, ZONE, 'the second writer');
});

test('once a month is open again its sales queue up no longer', async (t) => {
  const app = await cinema(t);
  await app.script(sale(`now() + interval '70 days'`));
  await closeAhead(app, 'now()');
  await app.script(sale('now()'));
  const writer = await session(t, app);
  await writer.query(`begin; ${sale('now()')}`);
  await app.script(`begin; set local lock_timeout = 500; ${sale('now()')}; commit`);
  await writer.query('commit');
});

test('a transaction whose snapshot is older than the closing of its month is refused, today as well', async (t) => {
  const app = await cinema(t);
  await app.script(sale(`now() + interval '70 days'`));
  for (const level of ['repeatable read', 'serializable']) {
    const writer = await session(t, app);
    await writer.query(`begin isolation level ${level}; select count(*) from booking`);
    await closeAtAnotherTime(app, ZONE, '70 days');
    await assert.rejects(writer.query(sale('now()')), { code: '40001' });
    await writer.query('rollback');
    // A transaction that begins later is fine, and opens the month again.
    await writer.query(`begin isolation level ${level}; ${sale('now()')}; commit`);
    await agrees(app, ZONE, level);
    await writer.query(`begin isolation level ${level}; ${sale('now()')}`);
    await closeAtAnotherTime(app, ZONE, '70 days');
    await writer.query('commit');
    await agrees(app, ZONE, `${level}, closed beside it`);
  }
});

test('a sale of an open month takes no lock, even while the row of the closing is locked', async (t) => {
  const app = await cinema(t);
  await closeMonths(app.pool, ZONE);
  const closer = await session(t, app);
  await closer.query('begin; select from revenue_closing for update');
  await app.script(`begin; set local lock_timeout = 500; ${sale('now()')}; commit`);
  await assert.rejects(
    app.script(`begin; set local lock_timeout = 500; ${sale(`now() - interval '100 days'`)}; commit`),
    { code: 'SERVICE_UNAVAILABLE' },
  );
  await closer.query('rollback');
});
