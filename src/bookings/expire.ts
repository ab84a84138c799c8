import { many, one, sql, type Sql } from '../database/db.ts';

export type Expired = { id: number; showId: number; date: string; lateMs: number };

const MOST_AT_ONCE = 500;

/** Of the locked bookings of `over` those whose seats could all be locked, without waiting for any. */
const lockWhole = sql`
  locked as (
    select seat.booking_id
    from booking_seat_mapping seat
    join over on over.id = seat.booking_id
    order by seat.seat_number
    for update of seat skip locked
  ),
  whole as (
    select over.id
    from over
    where (select count(*) from locked where locked.booking_id = over.id)
      = (select count(*) from booking_seat_mapping seat where seat.booking_id = over.id)
  )`;

/**
 * Removes holds that are over, up to so many. It never waits: what somebody else has locked (a payment, a claim that
 * takes the seats over) is passed by until the next time. The tracker's row is locked first, so that a payment that
 * began meanwhile is seen.
 */
export async function expireHolds(on: Sql, atMost = MOST_AT_ONCE): Promise<Expired[]> {
  return many<Expired>(
    on,
    sql`
    with due as (
      select booking_id, expiration_time
      from pending_booking_tracker
      where expiration_time <= clock_timestamp()
        and (paying_until is null or paying_until <= clock_timestamp())
      order by expiration_time
      limit ${atMost}
      for update skip locked
    ),
    over as (
      select booking.id
      from booking
      join due on due.booking_id = booking.id
      where booking.status = 'Pending'
      order by booking.id
      for update of booking skip locked
    ),
    ${lockWhole}
    delete from booking
    using whole, due
    where booking.id = whole.id
      and due.booking_id = whole.id
    returning booking.id, booking.show_id as "showId", booking.date,
      (extract(epoch from clock_timestamp() - due.expiration_time) * 1000)::float8 as "lateMs"`,
  );
}

/** Milliseconds until the end of each hold that is alive. */
export async function listHoldEnds(on: Sql): Promise<number[]> {
  const holds = await many<{ inMs: number }>(
    on,
    sql`
    select (extract(epoch from expiration_time - clock_timestamp()) * 1000)::float8 as "inMs"
    from pending_booking_tracker`,
  );
  return holds.map(({ inMs }) => inMs);
}

/** How many holds are alive, whichever process made them. */
export async function countHolds(on: Sql): Promise<number> {
  const { holds } = await one<{ holds: number }>(
    on,
    sql`
    select count(*) as holds
    from pending_booking_tracker
    where expiration_time > clock_timestamp()`,
  );
  return holds;
}

/** Half a booking that another tool left: Pending, without a tracker, and older than a hold can be. Never waits. */
export async function expireUntracked(on: Sql, holdSeconds: number): Promise<Expired[]> {
  return many<Expired>(
    on,
    sql`
    with over as (
      select id
      from booking
      where status = 'Pending'
        and booking_time <= clock_timestamp() - make_interval(secs => ${holdSeconds})
        and not exists (select from pending_booking_tracker where booking_id = booking.id)
      order by id
      limit 100
      for update skip locked
    ),
    ${lockWhole}
    delete from booking
    using whole
    where booking.id = whole.id
    returning booking.id, booking.show_id as "showId", booking.date, 0::float8 as "lateMs"`,
  );
}
