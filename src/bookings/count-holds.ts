import { many, one, sql, type Sql } from '../platform/database/db.ts';

/** Milliseconds until the end of each hold that is alive. */
export async function listHoldEnds(on: Sql): Promise<number[]> {
  const holds = await many<{ inMs: number }>(
    on,
    sql`
    select (extract(epoch from expiration_time - clock_timestamp()) * 1000)::float8 as "inMs"
    from pending_booking_tracker
    where isfinite(expiration_time)`,
  );
  return holds.map(({ inMs }) => inMs);
}

// A sweep runs every second. A hold that is still there so long after its end is stuck.
const OVERDUE_SECONDS = 5;

/**
 * `alive`: holds of all processes that have not expired. `overdue`: holds that are stuck after their end,
 * incomplete bookings included.
 */
export type HoldCounts = { alive: number; overdue: number };

export async function countHolds(on: Sql, holdSeconds: number): Promise<HoldCounts> {
  return one<HoldCounts>(
    on,
    sql`
    select count(*) filter (where expiration_time > clock_timestamp()) as alive,
      count(*) filter (
        where greatest(expiration_time, paying_until) <= clock_timestamp() - make_interval(secs => ${OVERDUE_SECONDS})
      ) + (
        select count(*)
        from booking
        where booking.status = 'Pending'
          and booking.booking_time
            <= clock_timestamp() - make_interval(secs => ${holdSeconds + OVERDUE_SECONDS})
          and not exists (select from pending_booking_tracker where booking_id = booking.id)
      ) as overdue
    from pending_booking_tracker`,
  );
}
