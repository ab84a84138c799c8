import { isThere, seatsInOrder, type BookingStatus } from '../bookings/bookings.ts';
import { maybeOne, sql, type Sql } from '../platform/database/db.ts';

export type TicketRow = {
  id: number;
  username: string | null;
  customerName: string | null;
  phoneNumber: string | null;
  movieId: string;
  date: string;
  time: string;
  seats: string[];
  amount: string;
  paymentType: string;
  status: BookingStatus;
  bookedAt: Date;
  nonce: string | null;
};

/** What a ticket says of a booking and its show; none where a hold is over. */
export async function findTicket(on: Sql, bookingId: number): Promise<TicketRow | undefined> {
  return maybeOne<TicketRow>(
    on,
    sql`
    select booking.id, booking.customer_username as username,
      coalesce(customer.name, walk_in.name) as "customerName",
      coalesce(customer.number, walk_in.number) as "phoneNumber",
      show.movie_id as "movieId", show.date, to_char(slot.start_time, 'HH12:MI AM') as time,
      ${seatsInOrder} as seats, booking.amount_paid as amount, booking.payment_type as "paymentType",
      booking.status, booking.booking_time as "bookedAt", booking.ticket_nonce as nonce
    from booking
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    left join customertable customer on customer.username = booking.customer_username
    left join admin_booked_customer walk_in on walk_in.id = booking.customer_id
    where booking.id = ${bookingId}
      and ${isThere}`,
  );
}
