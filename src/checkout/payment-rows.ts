import { confirming, isPayable, markPaying, type LockedBooking } from '../bookings/bookings.ts';
import {
  completeAttempt,
  insertBookingAttempt,
  insertWalletPayment,
  type Attempt,
  type NewAttempt,
} from '../payments/payments.ts';
import { maybeOne, sql, type Tx } from '../platform/database/db.ts';
import { payFromWallet } from '../wallet/wallet.ts';

/** Marks a payment as under way and writes its attempt, in one statement; nothing where the hold is not payable. */
export async function beginAttemptOf(
  tx: Tx,
  booking: LockedBooking,
  attempt: NewAttempt,
): Promise<Attempt | undefined> {
  return maybeOne<Attempt>(
    tx,
    sql`
    with paying as (${markPaying({ bookingId: booking.id, leaseSeconds: attempt.leaseSeconds })}),
    marked as (
      select paying.booking_id, ${booking.showId}::bigint as show_id,
        array(select seat_number from booking_seat_mapping where booking_id = ${booking.id}) as seat_numbers
      from paying
    )
    ${insertBookingAttempt(attempt)}`,
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
    with ${confirming({ bookingId, paymentType: 'Card' })},
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
      where ${onlyLive ? isPayable(booking.id) : sql`tracker.booking_id = ${booking.id}`}
    ),
    ${payFromWallet},
    recorded as (${insertWalletPayment}),
    ${confirming({ bookingId: booking.id, paymentType: 'Wallet', condition: sql`exists (select from paid)` })}
    select paid.transaction_id as "transactionId"
    from paid, confirmed`,
  );
  return row?.transactionId;
}
