import { paid } from '../bookings/bookings.ts';
import { many, sql, type Sql, type Statement } from '../platform/database/db.ts';
import type { Timeframe } from './question.ts';

export type RevenueFilter = {
  timeframe: Timeframe;
  month: number | undefined;
  year: number | undefined;
  /** Undefined: all shows. */
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
    with recursive ${edges(filter)},
    ${openSpans(filter)},
    taken as (
      ${closedMonths(filter)}
      union all
      ${openSales(filter)}
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

// Other times are no sales, and no zone can convert the last of them; migration 36 knows the same bounds.
const EARLIEST = sql`'4000-01-01 BC'::timestamptz`;
const LATEST = sql`'200000-01-01'::timestamptz`;
/** A statement's condition that a time can be converted to any zone. */
export const isOnCalendars = (time: Statement) => sql`${time} >= ${EARLIEST} and ${time} < ${LATEST}`;

/**
 * `edge`: the sales asked for are those from `since` on. Of them the months from `first_closed` to `open_from` are closed
 * (migration 30); sales before `closed_from` and after `closed_until` are read one by one.
 */
function edges({ timeframe, zone }: RevenueFilter): Statement {
  const { unit, lookBack } = FRAMES[timeframe];
  return sql`
    edge as (
      select since, first_closed, open_from, day_begins_at(first_closed, ${zone}) as closed_from,
        greatest(since, day_begins_at(open_from, ${zone})) as closed_until
      from (
        select greatest((now() at time zone ${zone} - ${lookBack}::interval) at time zone ${zone}, ${EARLIEST}) as since,
          coalesce((select open_from from revenue_closing where ${unit === 'month'} and time_zone = ${zone}), '-infinity')
            as open_from
      ) asked,
        date_trunc('month', since at time zone ${zone}) month,
        lateral (
          select (case when day_begins_at(month::date, ${zone}) >= since then month else month + '1 month' end)::date
        ) whole (first_closed)
    )`;
}

/** `span`: the days, weeks or months in which something was booked, where they are not closed. */
const openSpans = (filter: RevenueFilter): Statement => sql`
    span as (
      ${nextSpan(
        filter,
        sql`(
        select since, least(closed_from, closed_until) from edge
        union all
        select closed_until, ${LATEST} from edge
      )`,
      )}
      union all
      ${nextSpan(filter, sql`(select ends_at, segment_ends_at from span)`)}
    )`;

/** The span of the first booking in each segment, which begins no sooner than the segment does. */
function nextSpan({ timeframe, zone }: RevenueFilter, segments: Statement): Statement {
  const { unit } = FRAMES[timeframe];
  return sql`
      select first::date as starts_on, greatest(segment.starts_at, day_begins_at(first::date, ${zone})) as starts_at,
        greatest(day_begins_at((first + ${`1 ${unit}`}::interval)::date, ${zone}), booked_at + '1 microsecond') as ends_at,
        segment.ends_at as segment_ends_at
      from ${segments} segment (starts_at, ends_at),
        lateral (
          select booking_time
          from booking
          where booking_time >= segment.starts_at
            and booking_time < segment.ends_at
          order by booking_time
          limit 1
        ) earliest (booked_at),
        date_trunc(${unit}, booked_at at time zone ${zone}) first`;
}

const closedMonths = (filter: RevenueFilter): Statement => sql`
      select ${labelOf(filter, sql`counted.month`)} as span, counted.amount_paid, counted.bookings, counted.seats
      from edge
      join revenue_month counted on counted.month >= edge.first_closed and counted.month < edge.open_from
      where ${isInput(filter, sql`counted.month`)}
        and ${
          isOfSomeShows(filter)
            ? sql`counted.movie_id is not null and ${ofShows(sql`counted`, filter)}`
            : sql`counted.movie_id is null`
        }`;

const openSales = (filter: RevenueFilter): Statement => sql`
      select ${labelOf(filter, sql`span.starts_on`)}, counted.amount_paid, counted.bookings, counted.seats
      from span
      cross join lateral (
        select booking.amount_paid, count(*) as bookings, sum(booking.no_of_seats) as seats
        from booking
        -- The partial sums of migration 30 count the same ones.
        where ${paid}
          and booking.booking_time >= span.starts_at
          and booking.booking_time < span.ends_at
          and ${
            isOfSomeShows(filter)
              ? sql`booking.show_id in (select id from show where ${ofShows(sql`show`, filter)})`
              : sql`true`
          }
        group by booking.amount_paid
      ) counted
      where ${isInput(filter, sql`span.starts_on`)}`;

const labelOf = ({ timeframe }: RevenueFilter, day: Statement) =>
  sql`to_char(${day}::timestamp, ${FRAMES[timeframe].label})`;

const isInput = ({ month, year }: RevenueFilter, day: Statement) => sql`
  (${month ?? null}::integer is null or extract(month from ${day}) = ${month ?? null}::integer)
  and (${year ?? null}::integer is null or extract(year from ${day}) = ${year ?? null}::integer)`;

const isOfSomeShows = ({ movieIds, slotId }: RevenueFilter) => movieIds !== undefined || slotId !== undefined;

const ofShows = (table: Statement, { movieIds, slotId }: RevenueFilter) => sql`
  ${movieIds ? sql`${table}.movie_id = any (${movieIds}::text[])` : sql`true`}
  and ${slotId === undefined ? sql`true` : sql`${table}.slot_id = ${slotId}`}`;
