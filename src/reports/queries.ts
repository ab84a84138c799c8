import { many, sql, type Sql, type Statement } from '../database/db.ts';
import type { Timeframe } from './question.ts';

/** A statement's condition that a booking is paid for; the partial sums of migration 30 count the same ones. */
export const paid = sql`booking.status in ('Confirmed', 'CheckedIn')`;

export type RevenueFilter = {
  timeframe: Timeframe;
  month: number | undefined;
  year: number | undefined;
  /** None: of all shows, whatever their movie. */
  movieIds: readonly string[] | undefined;
  slotId: number | undefined;
  zone: string;
};
/** `span` is null in the row that counts all groups; `revenue` and `median` are exact decimals. */
export type RevenueRow = {
  span: string | null;
  slotName: string | null;
  revenue: string;
  median: string;
  bookings: number;
  seats: number;
};

type Frame = { unit: 'day' | 'week' | 'month'; label: string; lookBack: string | null };
const FRAMES: Record<Timeframe, Frame> = {
  daily: { unit: 'day', label: 'YYYY-MM-DD', lookBack: '30 days' },
  weekly: { unit: 'week', label: 'IYYY-"W"IW', lookBack: '16 weeks' },
  monthly: { unit: 'month', label: 'YYYY-MM', lookBack: '12 months' },
  yearly: { unit: 'month', label: 'YYYY', lookBack: null },
  all: { unit: 'month', label: '"All"', lookBack: null },
};

/**
 * The groups by label and then, if there are any, their total, in one statement. Amounts are counted before anything
 * else is done with them: their sum, their number and their median all follow from how often each was paid.
 */
export async function listRevenue(on: Sql, filter: RevenueFilter): Promise<RevenueRow[]> {
  return many<RevenueRow>(
    on,
    sql`
    with ${spans(filter)},
    taken as (
      ${closedMonths(filter)}
      union all
      ${openSpans(filter)}
    ),
    amount as (
      select span, amount_paid, sum(bookings) as bookings, sum(seats) as seats
      from taken
      group by grouping sets ((span, amount_paid), (amount_paid))
    ),
    ranked as (
      select *, sum(bookings) over (partition by span) as total,
        sum(bookings) over (partition by span order by amount_paid) as up_to
      from amount
    )
    select span, sum(amount_paid * bookings) as revenue, total::bigint as bookings, sum(seats)::bigint as seats,
      (min(amount_paid) filter (where 2 * up_to >= total) + min(amount_paid) filter (where 2 * up_to > total)) / 2
        as median,
      (select name from slot where id = ${filter.slotId ?? null}::bigint) as "slotName"
    from ranked
    group by span, total
    order by span collate "C" nulls last`,
  );
}

/** `span`: the days, weeks or months asked for, in the cinema's zone; `closed` where migration 30 has counted. */
function spans({ timeframe, month, year, zone }: RevenueFilter): Statement {
  const { unit, label, lookBack } = FRAMES[timeframe];
  return sql`
    reach as (
      select min(booking_time) as oldest, max(booking_time) as newest,
        coalesce((now() at time zone ${zone} - ${lookBack}::interval) at time zone ${zone}, '-infinity') as since,
        (select open_from from revenue_closing where time_zone = ${zone}) as open_from
      from booking
      where booking_time > '-infinity' and booking_time < 'infinity'
    ),
    span as materialized (
      select to_char(first, ${label}) as label, first::date as starts_on, opening.starts_at, since,
        day_begins_at((first + ${`1 ${unit}`}::interval)::date, ${zone}) as ends_at,
        ${unit === 'month'} and first < open_from and since <= opening.starts_at as closed
      from reach,
        generate_series(
          date_trunc(${unit}, greatest(since, oldest) at time zone ${zone}),
          newest at time zone ${zone},
          ${`1 ${unit}`}::interval
        ) first,
        day_begins_at(first::date, ${zone}) opening (starts_at)
      where (${month ?? null}::integer is null or extract(month from first) = ${month ?? null}::integer)
        and (${year ?? null}::integer is null or extract(year from first) = ${year ?? null}::integer)
    )`;
}

const closedMonths = (filter: RevenueFilter): Statement => sql`
      select span.label as span, counted.amount_paid, counted.bookings, counted.seats
      from span
      join revenue_month counted on counted.month = span.starts_on
      where span.closed
        and ${
          isOfSomeShows(filter)
            ? sql`counted.movie_id is not null and ${ofShows(sql`counted`, filter)}`
            : sql`counted.movie_id is null`
        }`;

const openSpans = (filter: RevenueFilter): Statement => sql`
      select span.label, counted.amount_paid, counted.bookings, counted.seats
      from span
      cross join lateral (
        select booking.amount_paid, count(*) as bookings, sum(booking.no_of_seats) as seats
        from booking
        where ${paid}
          and booking.booking_time >= greatest(span.starts_at, span.since)
          and booking.booking_time < span.ends_at
          and ${
            isOfSomeShows(filter)
              ? sql`booking.show_id in (select id from show where ${ofShows(sql`show`, filter)})`
              : sql`true`
          }
        group by booking.amount_paid
      ) counted
      where span.closed is not true`;

const isOfSomeShows = ({ movieIds, slotId }: RevenueFilter) => movieIds !== undefined || slotId !== undefined;

const ofShows = (table: Statement, { movieIds, slotId }: RevenueFilter) => sql`
  ${movieIds ? sql`${table}.movie_id = any (${movieIds}::text[])` : sql`true`}
  and ${slotId === undefined ? sql`true` : sql`${table}.slot_id = ${slotId}`}`;
