import { many, sql } from '../../src/platform/database/db.ts';
import type { Owner } from '../support/database.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { KEY, rawMovie, startFakeService } from '../movies/fake-service.ts';
import type { TestContext } from 'node:test';

export const MOVIES = [
  rawMovie('tt1', { Title: 'One; and Two', Genre: 'Crime, Drama' }),
  rawMovie('tt2', { Title: 'Twins', Genre: 'Drama' }),
  rawMovie('tt3', { Title: 'Twins', Genre: 'Melodrama, Comedy' }),
];
/** One more than the movie service knows of. */
export const MOVIE_IDS = ['tt1', 'tt2', 'tt3', 'tt-gone'];

/** An app with a movie service of its own, in a zone, with a fifth slot that is called as the third. */
export async function startCinema(t: TestContext, zone: string, env: Record<string, string> = {}) {
  const service = await startFakeService(t);
  service.movies = MOVIES;
  const app = await startApp(t satisfies Owner, {
    env: {
      CINEMA_TIME_ZONE: zone,
      MOVIE_SERVICE_URL: service.url,
      MOVIE_SERVICE_API_KEY: KEY,
      ...env,
    },
  });
  await app.script(`insert into slot (name, start_time, end_time) values ('Evening', '15:31', '16:29')`);
  return app;
}

/**
 * Keeps the app from closing months in the background while a test looks at open ones. The function's body is exchanged,
 * since a prepared statement finds it under any name; then the test waits for the calls under way.
 */
export async function keepOpen(app: TestApp): Promise<{ letClose: () => Promise<void> }> {
  const [kept] = await app.rows<{ definition: string }>(
    `select pg_get_functiondef('close_revenue_month(text)'::regprocedure) as definition`,
  );
  await app.script(`
    create or replace function close_revenue_month(zone text) returns boolean language sql as 'select false'`);
  await app.script('begin; select from revenue_closing for update; commit');
  return { letClose: () => app.script(kept?.definition ?? '') };
}

/**
 * Closes months in `zone` as a database would whose clock is that much ahead, or behind: what there is to close, or
 * until a writer would have to end first.
 */
export async function closeAtAnotherTime(app: TestApp, zone: string, ahead: string): Promise<void> {
  const [kept] = await app.rows<{ definition: string }>(
    `select pg_get_functiondef('close_revenue_month(text)'::regprocedure) as definition`,
  );
  const definition = kept?.definition ?? '';
  await app.script(
    definition
      .replace('close_revenue_month(', 'close_revenue_month_elsewhen(')
      .replaceAll('now()', `(now() + interval '${ahead}')`),
  );
  const closeOne = () =>
    app.rows<{ more: boolean }>(`select close_revenue_month_elsewhen('${zone}') as more`);
  while ((await closeOne())[0]?.more);
}

/** Numbers from 0 to 1, the same for the same seed. */
export function dice(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type NewSale = { at: Date; seats: number; amount: string; status: string };

/** Bookings of random shows by one customer, as they stand in the table. */
export async function sell(app: TestApp, sales: readonly NewSale[], random: () => number): Promise<void> {
  const { username } = await app.customer();
  const shows = await many<{ id: number }>(app.pool, sql`select id from show`);
  const show = () => shows[Math.floor(random() * shows.length)]?.id ?? 0;
  await app.pool.run(sql`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time, payment_type)
    select show.date, show.id, ${username}, seats, amount, status::booking_status, at, 'Card'
    from unnest(${sales.map(show)}::bigint[], ${sales.map((sale) => sale.seats)}::integer[],
      ${sales.map((sale) => sale.amount)}::numeric[], ${sales.map((sale) => sale.status)}::text[],
      ${sales.map((sale) => sale.at.toISOString())}::timestamptz[]) as sale (show_id, seats, amount, status, at)
    join show on show.id = sale.show_id`);
}

/** Three years of sales, and some in hours that clocks show twice. */
export async function writeHistory(app: TestApp, { seed, bookings }: { seed: number; bookings: number }) {
  const random = dice(seed);
  const pick = <T>(values: readonly [T, ...T[]]) => values[Math.floor(random() * values.length)] ?? values[0];
  for (let day = 0; day < 8; day++) {
    for (const slotId of [1, 3, 5]) {
      const movieId = pick(['tt1', 'tt2', 'tt3', 'tt-gone']);
      await app.show({ days: 10 + day, slotId, movieId });
    }
  }
  const newSale = (at: Date): NewSale => ({
    at,
    seats: 1 + Math.floor(random() * 10),
    amount: (pick([100, 150.5, 208.97]) * (1 + Math.floor(random() * 4)) + pick([0, 0.01])).toFixed(2),
    status: pick(['Confirmed', 'Confirmed', 'CheckedIn', 'Pending']),
  });
  const years = 3 * 365 * 86_400_000;
  const sales = Array.from({ length: bookings }, () => newSale(new Date(Date.now() - random() * years)));
  const twice = ['2024-11-03', '2025-11-02'].flatMap((day) =>
    ['03', '04', '05', '06'].map((h) => `${day}T${h}:30:00Z`),
  );
  await sell(app, [...sales, ...twice.map((at) => newSale(new Date(at)))], random);
}
