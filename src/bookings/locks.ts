import { hasUnresolvedAttempt } from '../payments/payments.ts';
import { maybeOne, one, sql, type Tx } from '../platform/database/db.ts';
import type { BookingStatus } from './paid.ts';

export type LockedBooking = {
  id: number;
  showId: number;
  date: string;
  username: string | null;
  status: BookingStatus;
  seatCount: number;
  amount: string;
  showDate: string;
  showTime: string;
  bookedAt: Date;
  customerName: string;
  phoneNumber: string;
};

/**
 * Every change of a booking takes this lock first. It also reads what the receipt says about show and
 * customer.
 */
export async function lockBooking(tx: Tx, id: number): Promise<LockedBooking | undefined> {
  return maybeOne<LockedBooking>(
    tx,
    sql`
    select booking.id, booking.show_id as "showId", booking.date, booking.customer_username as username,
      booking.status, booking.no_of_seats as "seatCount", booking.amount_paid as amount, show.date as "showDate",
      to_char(slot.start_time, 'HH24:MI:SS.US') as "showTime", booking.booking_time as "bookedAt",
      customer.name as "customerName", customer.number as "phoneNumber"
    from booking
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    left join customertable customer on customer.username = booking.customer_username
    where booking.id = ${id}
    for update of booking`,
  );
}

export type HoldState = { seats: string[]; isOver: boolean; isPaying: boolean; isUnresolved: boolean };

/**
 * Locks the tracker of a locked booking and then its seats, and returns the state of the hold. Every
 * transaction must keep this order: a transaction that moves the end of a hold locks the seats after the
 * tracker.
 */
export async function lockSeats(tx: Tx, bookingId: number): Promise<HoldState> {
  return one<HoldState>(
    tx,
    sql`
    with hold as (
      select expiration_time, paying_until
      from pending_booking_tracker
      where booking_id = ${bookingId}
      for update
    ),
    locked as (
      select seat_number
      from booking_seat_mapping
      where booking_id = ${bookingId}
        and (select count(*) from hold) >= 0
      order by seat_number
      for update
    )
    select
      coalesce((
        select array_agg(seat_number order by left(seat_number, 1), length(seat_number), seat_number)
        from locked
      ), '{}') as seats,
      coalesce(bool_and(expiration_time <= clock_timestamp()), true) as "isOver",
      coalesce(bool_or(paying_until > clock_timestamp()), false) as "isPaying",
      ${hasUnresolvedAttempt(bookingId)} as "isUnresolved"
    from hold`,
  );
}
