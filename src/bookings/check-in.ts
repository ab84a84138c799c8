import { many, sql, type Sql } from '../database/db.ts';
import { endsAt, startsAt } from '../shows/shows.ts';

export type CheckedIn = { id: number; now: boolean };

// As text, because the index on the status, which holds nearly every booking, is read whole where the planner knows
// little of the table: before its first ANALYZE, or after a restore.
const wasPaid = sql`booking.status::text in ('Confirmed', 'CheckedIn')`;

/**
 * Checks in those of the bookings that are Confirmed and whose show is open for it (rules.md 7), in one statement.
 * Gives those that are checked in afterwards, `now` or already. Whatever races for a booking waits for its lock and
 * then reads its status; rows are locked in the order of their ids.
 */
export async function checkInBookings(on: Sql, ids: readonly number[], zone: string): Promise<CheckedIn[]> {
  return many<CheckedIn>(
    on,
    sql`
    with locked as materialized (
      select booking.id, booking.status,
        ${startsAt(zone)} - interval '1 hour' as opens_at, ${endsAt(zone)} as ends_at
      from booking
      join show on show.id = booking.show_id
      join slot on slot.id = show.slot_id
      where booking.id = any (${ids}::bigint[])
        and ${wasPaid}
      order by booking.id
      for update of booking
    ),
    done as (
      update booking
      set status = 'CheckedIn'
      from locked
      where booking.id = locked.id
        and locked.status = 'Confirmed'
        and clock_timestamp() >= locked.opens_at
        and clock_timestamp() < locked.ends_at
      returning booking.id
    )
    select id, true as now
    from done
    union all
    select id, false
    from locked
    where status = 'CheckedIn'`,
  );
}
