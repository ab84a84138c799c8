import type { Movies } from '../movies/movies.ts';
import { one, sql, type Sql } from '../platform/database/db.ts';
import { describe } from './programme.ts';
import { listSlots, SHOW, type ShowRow } from './queries.ts';
import { showOut, slotOut } from './shapes.ts';

/** `sold`: seats that are paid for. Those that are neither sold nor free are held. */
type ScheduledRow = ShowRow & { sold: number };
type Scheduled = { today: string; now: string; from: string; seats: number; shows: ScheduledRow[] };
type Wanted = { from: string | undefined; days: number };

/** What is scheduled on some days, past or to come, and the cinema's own clock, which decides what is past. */
export async function readSchedule(
  { pool, movies, zone }: { pool: Sql; movies: Movies; zone: string },
  wanted: Wanted,
) {
  const [slots, scheduled] = await Promise.all([listSlots(pool), listScheduled(pool, wanted, zone)]);
  const shows = scheduled.shows.map(async (show) => ({
    ...showOut(show, await describe(movies, show.movieId)),
    sold: show.sold,
  }));
  return { ...scheduled, slots: slots.map(slotOut), shows: await Promise.all(shows) };
}

async function listScheduled(on: Sql, { from, days }: Wanted, zone: string): Promise<Scheduled> {
  return one<Scheduled>(
    on,
    sql`
    with calendar as (
      select now, now::date as today, coalesce(${from ?? null}::date, now::date) as first
      from (select clock_timestamp() at time zone ${zone}::text as now) clock
    )
    select today, first as from, to_char(now, 'YYYY-MM-DD"T"HH24:MI:SS') as now,
      (select count(*) from seat)::integer as seats,
      coalesce((
        select json_agg(listed order by listed.date, listed."startTime", listed."slotId")
        from (
          select ${SHOW}, (
              select count(*)
              from booking_seat_mapping sold
              where sold.show_id = show.id and sold.held_until is null
            )::integer as sold
          from show
          join slot on slot.id = show.slot_id
          where show.date >= calendar.first and show.date < calendar.first + ${days}::integer
        ) listed
      ), '[]'::json) as shows
    from calendar`,
  );
}
