import { paid } from '../bookings/bookings.ts';
import { many, one, sql, type Pool, type Sql, type Statement } from '../platform/database/db.ts';
import { endOf, type Period } from './period.ts';
import type { Timeframe } from './question.ts';

/** Shows by movie and slot; undefined: all of them. */
export type ShowFilter = { movieIds: readonly string[] | undefined; slotId: number | undefined };
export type RevenueFilter = ShowFilter & {
  timeframe: Timeframe;
  month: number | undefined;
  year: number | undefined;
  /** Takes the place of the look back. */
  period: Period | undefined;
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
 * The groups by label and then, if there are any, their total: of the closed months as they were counted, and of the sales
 * that no closed month holds. All three statements read one state of the database.
 */
export function listRevenue(on: Pool, filter: RevenueFilter): Promise<RevenueRow[]> {
  return on.snapshot(async (read) => {
    const edges = await readEdges(read, filter);
    const spans = await readOpenSpans(read, filter, edges);
    return many<RevenueRow>(read, figuresOf(filter, edges, spans));
  });
}

// Other times are no sales, and no zone can convert the last of them; migration 36 knows the same bounds.
const EARLIEST = sql`'4000-01-01 BC'::timestamptz`;
const LATEST = sql`'200000-01-01'::timestamptz`;
/** A statement's condition that a time can be converted to any zone. */
export const isOnCalendars = (time: Statement) => sql`${time} >= ${EARLIEST} and ${time} < ${LATEST}`;

/**
 * The sales asked for are those from `since` on. Of them the months from `firstClosed` to `openFrom` are closed (migration
 * 30); sales before `closedFrom` and after `closedUntil` are read one by one. As JSON has them: whatever the session's
 * settings are, and to the microsecond.
 */
type Edges = Record<'since' | 'firstClosed' | 'openFrom' | 'closedFrom' | 'closedUntil', string>;

async function readEdges(on: Sql, { timeframe, period, zone }: RevenueFilter): Promise<Edges> {
  const { unit, lookBack } = FRAMES[timeframe];
  const since = period
    ? sql`day_begins_at(${period.from}::date, ${zone})`
    : sql`greatest((now() at time zone ${zone} - ${lookBack}::interval) at time zone ${zone}, ${EARLIEST})`;
  const readsClosed = unit === 'month' && period === undefined;
  const { edges } = await one<{ edges: Edges }>(
    on,
    sql`
    select json_build_object('since', since, 'firstClosed', first_closed, 'openFrom', open_from,
      'closedFrom', day_begins_at(first_closed, ${zone}),
      'closedUntil', greatest(since, day_begins_at(open_from, ${zone}))) as edges
    from (
      select ${since} as since,
        coalesce((select open_from from revenue_closing where ${readsClosed} and time_zone = ${zone}), '-infinity')
          as open_from
    ) asked,
      date_trunc('month', since at time zone ${zone}) month,
      lateral (
        select (case when day_begins_at(month::date, ${zone}) >= since then month else month + '1 month' end)::date
      ) whole (first_closed)`,
  );
  return edges;
}

/**
 * The days, weeks or months in which something was booked, where they are not closed: a JSON array of `starts_on`,
 * `starts_at` and `ends_at`. From one booking to the next that is of another span, by the index on the time of booking, in each of
 * the two segments that are not closed.
 */
async function readOpenSpans(on: Sql, filter: RevenueFilter, edges: Edges): Promise<string> {
  const { timeframe, period, zone } = filter;
  const { unit } = FRAMES[timeframe];
  const until = period ? endOf(period, zone) : LATEST;
  const { since, closedFrom, closedUntil } = edges;
  const { spans } = await one<{ spans: string }>(
    on,
    sql`
    with recursive span (starts_on, starts_at, ends_at, segment_ends_at) as (
      values (null::date, null::timestamptz, ${since}::timestamptz,
          least(${closedFrom}::timestamptz, ${closedUntil}::timestamptz)),
        (null, null, ${closedUntil}::timestamptz, ${until})
      union all
      select first::date, greatest(span.ends_at, day_begins_at(first::date, ${zone})),
        least(
          greatest(day_begins_at((first + ${`1 ${unit}`}::interval)::date, ${zone}), booked_at + '1 microsecond'),
          span.segment_ends_at
        ),
        span.segment_ends_at
      from span,
        lateral (
          select booking_time
          from booking
          where booking_time >= span.ends_at
            and booking_time < span.segment_ends_at
          order by booking_time
          limit 1
        ) earliest (booked_at),
        date_trunc(${unit}, booked_at at time zone ${zone}) first
    )
    select coalesce(json_agg(span), '[]')::text as spans
    from span
    where starts_on is not null`,
  );
  return spans;
}

/**
 * `select` of a row for each group, and one for all. Amounts are counted before anything else is done with them: their sum,
 * their number and their median all follow from how often each was paid.
 */
const figuresOf = (filter: RevenueFilter, edges: Edges, spans: string): Statement => sql`
    with span as materialized (
      select * from json_to_recordset(${spans}::json) span (starts_on date, starts_at timestamptz, ends_at timestamptz)
    ),
    taken as (
      ${closedMonths(filter, edges)}
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
    from ranked group by span, total
    order by span collate "C" nulls last`;

/** `select` of `span` (a label), `amount_paid`, `bookings` and `seats` from the months that are closed. */
const closedMonths = (filter: RevenueFilter, { firstClosed, openFrom }: Edges): Statement => sql`
      select ${labelOf(filter, sql`month`)} as span, amount_paid, bookings, seats
      from revenue_month
      where month >= ${firstClosed}::date and month < ${openFrom}::date and ${isInput(filter, sql`month`)}
        and ${isOfSomeShows(filter) ? sql`movie_id is not null and ${ofShows(filter)}` : sql`movie_id is null`}`;

/** The same columns from the sales of each `span`. Only what is paid for, as the partial sums of migration 30. */
const openSales = (filter: RevenueFilter): Statement => sql`
      select ${labelOf(filter, sql`starts_on`)}, counted.*
      from span
      cross join lateral (
        select booking.amount_paid, count(*) as bookings, sum(booking.no_of_seats) as seats
        from booking
        where ${paid} and booking.booking_time >= span.starts_at and booking.booking_time < span.ends_at
          and ${isOfSomeShows(filter) ? sql`show_id in (select id from show where ${ofShows(filter)})` : sql`true`}
        group by booking.amount_paid
      ) counted
      where ${isInput(filter, sql`starts_on`)}`;

const labelOf = ({ timeframe }: RevenueFilter, day: Statement) =>
  sql`to_char(${day}::timestamp, ${FRAMES[timeframe].label})`;

const isInput = ({ month, year }: RevenueFilter, day: Statement) =>
  sql`(${month ?? null}::integer is null or extract(month from ${day}) = ${month ?? null}::integer)
        and (${year ?? null}::integer is null or extract(year from ${day}) = ${year ?? null}::integer)`;

/** Whether the filter leaves out any shows. */
export const isOfSomeShows = ({ movieIds, slotId }: ShowFilter) =>
  movieIds !== undefined || slotId !== undefined;

/** Condition on the columns `movie_id` and `slot_id`. */
export const ofShows = ({ movieIds, slotId }: ShowFilter) =>
  sql`(${movieIds ?? null}::text[] is null or movie_id = any (${movieIds ?? null}::text[]))
        and (${slotId ?? null}::bigint is null or slot_id = ${slotId ?? null}::bigint)`;
