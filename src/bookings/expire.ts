import { many, one, sql, type Sql, type Statement } from '../platform/database/db.ts';
import { among, type Batch, type Chore, type Which } from '../platform/database/sweep.ts';
import { hasPatience, lockWhole, patience } from './lock-whole.ts';

export type Expired = { id: number; showId: number; date: string; lateMs: number };

/** `due`: holds whose end is past, under whose payments none is under way. */
const isDue = sql`tracker.expiration_time <= clock_timestamp()
        and (tracker.paying_until is null or tracker.paying_until <= clock_timestamp())`;

/**
 * Removes holds that are over. It never waits: what somebody else has locked (a payment, a claim that takes the seats
 * over) is passed by until the next time. The tracker's row is locked first, so that a payment that began meanwhile is
 * seen. The tracker of a booking that is paid for, or gone, is of no use to anybody and goes alone.
 */
export const endedHolds = (on: Sql): Chore<number, Expired> => ({
  name: 'holds',
  atMost: 500,
  clean: (which) => readBatch(on, cleaning(which)),
  list: (which) =>
    listIds(
      on,
      sql`
      select booking_id as id
      from pending_booking_tracker tracker
      where ${isDue}
        and ${among(sql`booking_id`, which)}
      order by expiration_time
      limit ${which.atMost}`,
    ),
});

const cleaning = (which: Which<number>): Statement => sql`
    with ${patience},
    due as materialized (
      select booking_id, expiration_time
      from pending_booking_tracker tracker
      where ${hasPatience}
        and ${isDue}
        and ${among(sql`booking_id`, which)}
      order by expiration_time
      limit ${which.atMost}
      for update skip locked
    ),
    dead as (
      delete from pending_booking_tracker
      using due
      left join booking on booking.id = due.booking_id
      where pending_booking_tracker.booking_id = due.booking_id
        and booking.status is distinct from 'Pending'
      returning pending_booking_tracker.booking_id as id
    ),
    over as materialized (
      select booking.id
      from booking
      join due on due.booking_id = booking.id
      where booking.status = 'Pending'
      order by booking.id
      for update of booking skip locked
    ),
    ${lockWhole},
    gone as (
      delete from booking
      using whole, due
      where booking.id = whole.id
        and due.booking_id = whole.id
      returning booking.id, booking.show_id, booking.date, due.expiration_time
    )
    select (select count(*) from due) as met, ${expired(sql`expiration_time`)} as done,
      array(
        select booking_id from due
        except (select id from gone union all select id from dead)
      ) as left`;

/** Half a booking that another tool left: Pending, without a tracker, and older than a hold can be. Never waits. */
export const halfBookings = (on: Sql, holdSeconds: number): Chore<number, Expired> => {
  const isHalf = sql`booking.status = 'Pending'
        and booking.booking_time <= clock_timestamp() - make_interval(secs => ${holdSeconds})
        and not exists (select from pending_booking_tracker where booking_id = booking.id)`;
  return {
    name: 'half bookings',
    atMost: 100,
    clean: (which) =>
      readBatch(
        on,
        sql`
    with ${patience},
    over as materialized (
      select id
      from booking
      where ${hasPatience}
        and ${isHalf}
        and ${among(sql`id`, which)}
      order by id
      limit ${which.atMost}
      for update skip locked
    ),
    ${lockWhole},
    gone as (
      delete from booking
      using whole
      where booking.id = whole.id
      returning booking.id, booking.show_id, booking.date
    )
    select (select count(*) from over) as met, ${expired(sql`clock_timestamp()`)} as done,
      array(select id from over except select id from gone) as left`,
      ),
    list: (which) =>
      listIds(
        on,
        sql`
        select id
        from booking
        where ${isHalf}
          and ${among(sql`id`, which)}
        order by id
        limit ${which.atMost}`,
      ),
  };
};

/** The bookings of `gone` as `Expired`; an end that is no moment has no lateness. */
const expired = (endedAt: Statement): Statement => sql`(
        select coalesce(json_agg(json_build_object(
          'id', id,
          'showId', show_id,
          'date', date,
          'lateMs', case when isfinite(${endedAt}) then extract(epoch from clock_timestamp() - ${endedAt}) * 1000 else 0 end
        )), '[]')
        from gone
      )`;

const readBatch = (on: Sql, statement: Statement) => one<Batch<number, Expired>>(on, statement);

async function listIds(on: Sql, statement: Statement): Promise<number[]> {
  return (await many<{ id: number }>(on, statement)).map(({ id }) => id);
}
