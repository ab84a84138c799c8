// `node bench/reports.ts [BOOKINGS]`: revenue beside its bare statement, the export beside COPY, and what the closing of
// months costs a sale; each pair in turns in one run. A million bookings by default.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import pg from 'pg';
import { createTokens } from '../src/auth/auth.ts';
import { REPORT_OPTIONS } from '../src/platform/opening/database.ts';
import { createPool } from '../src/platform/database/db.ts';
import { closeMonths } from '../src/reports/close-months.ts';
import { listRevenue } from '../src/reports/queries.ts';
import { readQuestion, type RevenueQuery } from '../src/reports/question.ts';
import { fill } from '../test/support/fill.ts';
import { median } from './support/load.ts';
import { openStage, SECRET } from './support/stage.ts';

const bookings = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 5;
const zone = 'UTC';
const stage = await openStage();
const admin = createTokens(SECRET).issue({ username: 'seed-user-1', role: 'admin', version: 0 });
const bare = createPool({
  url: stage.databaseUrl,
  max: 1,
  statementTimeoutMs: 60_000,
  options: REPORT_OPTIONS,
});
const database = new pg.Client({ connectionString: stage.databaseUrl });

try {
  await database.connect();
  await database.query('alter function close_revenue_month(text) rename to close_nothing');
  console.log(
    `${bookings} bookings, filled in ${seconds(await timed(() => fill(stage.databaseUrl, { bookings })))}`,
  );
  console.log('\nno month closed: every sale of the last twelve months is read');
  await compareRevenue();
  await database.query('alter function close_nothing(text) rename to close_revenue_month');
  console.log(`\nall months closed, in ${seconds(await timed(() => closeMonths(stage.pool, zone)))}`);
  await compareRevenue();
  await compareExport();
  await compareSales();
} finally {
  await bare.end();
  await database.end();
  await stage.close();
}

async function compareRevenue(): Promise<void> {
  for (const query of [
    { timeframe: 'monthly' },
    { timeframe: 'monthly', movie_id: 'tt0111161' },
  ] as RevenueQuery[]) {
    const question = readQuestion(query);
    const movieIds = question.movieId === undefined ? undefined : [question.movieId];
    const path = `/revenue?${new URLSearchParams(query as Record<string, string>).toString()}`;
    await compare(path, {
      ours: async () => (await download(path)).bytes,
      bare: async () => listRevenue(bare, { ...question, movieIds, zone }),
      unit: 'ms',
    });
  }
}

async function compareExport(): Promise<void> {
  const copy = `copy (
    select booking.id, booking.show_id, show.date, coalesce(customer.name, walk_in.name),
      coalesce(customer.number, walk_in.number), booking.no_of_seats, booking.amount_paid, booking.payment_type,
      to_char(booking.booking_time at time zone '${zone}', 'YYYY-MM-DD HH24:MI:SS'), booking.status
    from booking
    left join show on show.id = booking.show_id
    left join customertable customer on customer.username = booking.customer_username
    left join admin_booked_customer walk_in on walk_in.id = booking.customer_id
    where booking.status in ('Confirmed', 'CheckedIn')
    order by booking.booking_time desc, booking.id desc
  ) to stdout with (format csv)`;
  console.log('\nthe export of all, beside COPY of the same query');
  for (const coding of ['identity', 'gzip']) {
    await compare(coding, {
      ours: () => download('/booking-csv', coding),
      bare: () => database.query(copy),
      unit: 'rows/s',
    });
  }
}

/** A sale as the database sees it, a thousand in a transaction that is rolled back, with and without the trigger. */
async function compareSales(): Promise<void> {
  const sales = async (trigger: 'enable always' | 'disable') => {
    await database.query('begin');
    await database.query(`alter table booking ${trigger} trigger sale_may_reopen_revenue`);
    const ms = await timed(() =>
      database.query(`
        do $$
        declare sold bigint;
        begin
          for n in 1..5000 loop
            insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, payment_type)
            values (current_date, ${stage.firstShow}, 'bench1', 2, 400, 'Card') returning id into sold;
            update booking set status = 'Confirmed' where id = sold;
          end loop;
        end $$`),
    );
    await database.query('rollback');
    return ms;
  };
  console.log('\n5000 sales in the database, with the trigger that guards closed months beside none');
  await compare('insert and confirm', {
    ours: () => sales('enable always'),
    bare: () => sales('disable'),
    unit: 'ms',
  });
}

type Pair = { ours: () => Promise<unknown>; bare: () => Promise<unknown>; unit: 'ms' | 'rows/s' };

async function compare(name: string, { ours, bare, unit }: Pair): Promise<void> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = -1; round < ROUNDS; round++) {
    const [one, other] = [await timed(ours), await timed(bare)];
    // The first of each finds neither plans nor pages.
    if (round < 0) continue;
    times.ours.push(one);
    times.bare.push(other);
  }
  const [a, b] = [median(times.ours), median(times.bare)];
  const rows = bookings - Math.floor(bookings / 50);
  const figure = (ms: number) =>
    unit === 'ms'
      ? `${ms.toFixed(1)} ms`
      : `${((rows / ms) * 1_000).toFixed(0)} rows/s (${ms.toFixed(0)} ms)`;
  const ratio = unit === 'ms' ? `${(a / b).toFixed(2)}x` : `${((b / a) * 100).toFixed(0)} %`;
  console.log(`${name}: ${figure(a)}; bare: ${figure(b)}; ratio ${ratio}`);
}

async function download(path: string, coding = 'identity'): Promise<{ bytes: number }> {
  const headers = { authorization: `Bearer ${admin}`, 'accept-encoding': coding };
  const [response] = (await once(get(stage.app + path, { headers }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  return { bytes };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
