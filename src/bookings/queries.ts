import { many, one, sql, type Sql } from '../platform/database/db.ts';
import { paid, type BookingStatus } from './paid.ts';
import { bySeatNumber } from '../shows/shows.ts';

export type BookingRow = {
  id: number;
  showId: number;
  showDate: string;
  showTime: string;
  seats: string[];
  amount: string;
  paymentType: string;
  bookedAt: Date;
  status: BookingStatus;
};

/** A booking's seats in natural order. */
export const seatsInOrder = sql`array(
    select seat.seat_number
    from booking_seat_mapping seat
    where seat.booking_id = booking.id
    order by ${bySeatNumber(sql`seat.seat_number`)}
  )`;

/** An expired hold counts as gone, even before the sweep deletes it. */
export const isThere = sql`(${paid} or exists (
        select from pending_booking_tracker tracker where tracker.booking_id = booking.id
          and greatest(tracker.expiration_time, tracker.paying_until) > clock_timestamp()
      ))`;

/** The columns of BookingRow. */
export const BOOKING = sql`booking.id, booking.show_id as "showId", show.date as "showDate",
  to_char(slot.start_time, 'HH24:MI:SS.US') as "showTime", booking.amount_paid as amount,
  booking.payment_type as "paymentType", booking.booking_time as "bookedAt", booking.status,
  ${seatsInOrder} as seats`;

/** `holdEndsAt` of a Pending one whose hold has an end. */
export type ListedRow = BookingRow & { holdEndsAt: Date | null };

/** A customer's bookings, newest first. */
export async function listBookings(on: Sql, username: string, limit?: number): Promise<ListedRow[]> {
  return many<ListedRow>(
    on,
    sql`
    select ${BOOKING},
      case when isfinite(hold.expiration_time) then hold.expiration_time end as "holdEndsAt"
    from booking
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    left join pending_booking_tracker hold
      on hold.booking_id = booking.id
      and booking.status = 'Pending'
    where booking.customer_username = ${username}
      and ${isThere}
    order by booking.booking_time desc, booking.id desc
    limit ${limit ?? null}`,
  );
}

export type ReceiptRow = BookingRow & {
  customerName: string;
  phoneNumber: string;
  transactionId: string | null;
};

/** A booking that is paid for, with its customer and its payment. */
export async function readReceipt(on: Sql, id: number): Promise<ReceiptRow> {
  return one<ReceiptRow>(
    on,
    sql`
    select ${BOOKING}, coalesce(customer.name, walk_in.name) as "customerName",
      coalesce(customer.number, walk_in.number) as "phoneNumber",
      (
        select payment.transaction_id
        from payment_transaction payment
        where payment.booking_id = booking.id
          and payment.status = 'Completed'
        order by payment.id desc
        limit 1
      ) as "transactionId"
    from booking
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    left join customertable customer on customer.username = booking.customer_username
    left join admin_booked_customer walk_in on walk_in.booking_id = booking.id
    where booking.id = ${id}`,
  );
}
