import { many, sql, type AnyTx, type Sql, type Statement } from '../platform/database/db.ts';
import { endsAt, startsAt } from '../shows/shows.ts';
import { paidAsText } from './paid.ts';

/**
 * Bookings at the door. The nonce comes from a scanned ticket and is compared with the booking's; null if the
 * ticket carries none.
 */
export type AtTheDoor = {
  ids: readonly number[];
  nonce?: string | null | undefined;
  by: string;
  zone: string;
};
export type Judged = {
  id: number;
  outcome: 'checked_in' | 'already_done' | 'forged' | 'not_paid' | 'too_early' | 'over';
};

/**
 * Checks in each booking (ids must be unique) that is Confirmed and whose show is open for check-in (rules.md 7). Returns
 * the outcome of each booking, and none for a booking that does not exist. Two statements travel in one message.
 * Bookings that are not paid are read first, so that a booking that is paid between the two is checked in.
 */
export async function checkInBookings(tx: AnyTx, shown: AtTheDoor): Promise<Judged[]> {
  const [unpaid, judged] = await Promise.all([
    many<Judged>(tx, unpaidOf(shown)),
    many<Judged>(tx, checkInOf(shown)),
  ]);
  return [...unpaid, ...judged];
}

/** After a restore a number may be used again, so the nonce proves that the ticket belongs to this booking. */
const isItsTicket = ({ nonce }: AtTheDoor): Statement =>
  nonce === undefined ? sql`true` : sql`booking.ticket_nonce is not distinct from ${nonce}::uuid`;

/** Bookings that are not paid. An expired hold counts as gone. A hold whose tracker is not written yet is not paid. */
const unpaidOf = (shown: AtTheDoor): Statement => sql`
    select booking.id, case when ${isItsTicket(shown)} then 'not_paid' else 'forged' end as outcome
    from booking
    where booking.id = any (${shown.ids}::bigint[])
      and not ${paidAsText}
      and not exists (
        select from pending_booking_tracker tracker
        where tracker.booking_id = booking.id
          and greatest(tracker.expiration_time, tracker.paying_until) <= clock_timestamp()
      )`;

/**
 * Checks in the paid bookings and returns the outcome of each. A concurrent statement waits for the lock and then reads the
 * new status. Rows are locked in the order of their ids.
 */
const checkInOf = (shown: AtTheDoor): Statement => sql`
    with locked as materialized (
      select booking.id, booking.status, ${isItsTicket(shown)} as "isItsTicket",
        ${startsAt(shown.zone)} - interval '1 hour' as opens_at, ${endsAt(shown.zone)} as ends_at
      from booking
      join show on show.id = booking.show_id
      join slot on slot.id = show.slot_id
      where booking.id = any (${shown.ids}::bigint[]) and ${paidAsText}
      order by booking.id
      for update of booking
    ),
    judged as materialized (
      select id,
        case
          when not "isItsTicket" then 'forged'
          when status = 'CheckedIn' then 'already_done'
          when clock_timestamp() < opens_at then 'too_early'
          when clock_timestamp() >= ends_at then 'over'
          else 'checked_in'
        end as outcome
      from locked
    ),
    done as (
      update booking
      set status = 'CheckedIn'
      from judged
      where booking.id = judged.id and judged.outcome = 'checked_in'
      returning booking.id
    ),
    noted as (
      insert into check_in (booking_id, checked_in_at, checked_in_by)
      select id, clock_timestamp(), ${shown.by}
      from done
      on conflict (booking_id) do update
      set checked_in_at = excluded.checked_in_at, checked_in_by = excluded.checked_in_by
    )
    select id, outcome
    from judged`;

export type CheckIn = { id: number; at: Date; by: string };

/** When each booking was checked in and by which user, if that is known. */
export async function listCheckIns(on: Sql, ids: readonly number[]): Promise<CheckIn[]> {
  return many<CheckIn>(
    on,
    sql`
    select booking_id as id, checked_in_at as at, checked_in_by as by
    from check_in
    where booking_id = any (${ids}::bigint[])`,
  );
}
