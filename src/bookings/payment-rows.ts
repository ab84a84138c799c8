import { execute, maybeOne, one, sql, type Statement, type Tx } from '../platform/database/db.ts';
import {
  completeAttempt,
  hasUnresolvedAttempt,
  insertBookingAttempt,
  insertWalletPayment,
  type Attempt,
  type NewAttempt,
} from '../payments/payments.ts';
import { payFromWallet } from '../wallet/wallet.ts';

export type LockedBooking = {
  id: number;
  showId: number;
  date: string;
  username: string | null;
  status: 'Pending' | 'Confirmed' | 'CheckedIn';
  seatCount: number;
  amount: string;
  showDate: string;
  showTime: string;
  bookedAt: Date;
  customerName: string;
  phoneNumber: string;
};

/** The first lock of everything that changes a booking, with what its receipt says of show and customer. */
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
 * Locks the hold of a locked booking and its seats, in the order in which everybody does, and tells how it stands. The
 * tracker comes before the seats, since whoever moves a hold's end there locks them after it.
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

/** A hold on which a payment may begin, judged after the locks: not over, and no other payment's. */
const live = (bookingId: number): Statement => sql`
  tracker.booking_id = ${bookingId}
  and tracker.expiration_time > clock_timestamp()
  and (tracker.paying_until is null or tracker.paying_until <= clock_timestamp())`;

/** Marks a payment as under way and writes its attempt, in one statement; nothing where the hold is not live. */
export async function markPaying(
  tx: Tx,
  booking: LockedBooking,
  attempt: NewAttempt,
): Promise<Attempt | undefined> {
  return maybeOne<Attempt>(
    tx,
    sql`
    with paying as (
      update pending_booking_tracker tracker
      set paying_until = clock_timestamp() + make_interval(secs => ${attempt.leaseSeconds})
      where ${live(booking.id)}
      returning tracker.booking_id
    ),
    marked as (
      select paying.booking_id, ${booking.showId}::bigint as show_id,
        array(select seat_number from booking_seat_mapping where booking_id = ${booking.id}) as seat_numbers
      from paying
    )
    ${insertBookingAttempt(attempt)}`,
  );
}

/** Takes the mark of a payment off; the seats go back to the hold's old end by the tracker's trigger. */
export async function unmarkPaying(tx: Tx, bookingId: number): Promise<void> {
  await execute(
    tx,
    sql`
    update pending_booking_tracker
    set paying_until = null
    where booking_id = ${bookingId}`,
  );
}

const confirm = (bookingId: number, paymentType: 'Card' | 'Wallet', condition: Statement): Statement => sql`
  confirmed as (
    update booking
    set status = 'Confirmed', payment_type = ${paymentType}
    where id = ${bookingId}
      and status = 'Pending'
      ${condition}
    returning id
  ),
  dropped as (
    delete from pending_booking_tracker
    using confirmed
    where booking_id = confirmed.id
  )`;

/** Confirms a locked booking whose charge is recorded already. */
export async function confirmPending(tx: Tx, bookingId: number): Promise<void> {
  await execute(
    tx,
    sql`
    with ${confirm(bookingId, 'Card', sql``)}
    select id
    from confirmed`,
  );
}

/** Confirms a booking for which a card was charged; false where it is no longer Pending. */
export async function confirmByCard(
  tx: Tx,
  bookingId: number,
  { attempt, transactionId }: { attempt: number; transactionId: string },
): Promise<boolean> {
  const confirmed = await maybeOne(
    tx,
    sql`
    with ${confirm(bookingId, 'Card', sql``)},
    recorded as (
      ${completeAttempt(attempt, transactionId)}
        and exists (select from confirmed)
    )
    select id
    from confirmed`,
  );
  return confirmed !== undefined;
}

/**
 * Confirms a booking from its customer's wallet: balance, history, payment and booking in one statement. Gives the
 * transaction's id; nothing where the wallet has too little or, with `onlyLive`, the hold is over or being paid.
 */
export async function confirmByWallet(
  tx: Tx,
  booking: LockedBooking,
  { onlyLive }: { onlyLive: boolean },
): Promise<string | undefined> {
  const row = await maybeOne<{ transactionId: string }>(
    tx,
    sql`
    with due as (
      select booking_id, ${booking.username}::varchar as username, ${booking.amount}::numeric as amount
      from pending_booking_tracker tracker
      where ${onlyLive ? live(booking.id) : sql`tracker.booking_id = ${booking.id}`}
    ),
    ${payFromWallet},
    recorded as (${insertWalletPayment}),
    ${confirm(booking.id, 'Wallet', sql`and exists (select from paid)`)}
    select paid.transaction_id as "transactionId"
    from paid, confirmed`,
  );
  return row?.transactionId;
}
