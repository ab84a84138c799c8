import { execute, sql, type AnyTx, type Statement, type Tx } from '../platform/database/db.ts';

// A hold that has not expired and has no payment under way.
const payable = (bookingId: number): Statement => sql`
        booking_id = ${bookingId}
        and expiration_time > clock_timestamp()
        and (paying_until is null or paying_until <= clock_timestamp())`;

/** Condition: a payment of the booking may begin now. */
export const isPayable = ({ bookingId }: { bookingId: number }): Statement => sql`exists (
        select from pending_booking_tracker
        where ${payable(bookingId)}
      )`;

/** `update` that marks a payment as under way if it may begin now. It then returns a row. */
export const markPaying = ({
  bookingId,
  leaseSeconds,
}: {
  bookingId: number;
  leaseSeconds: number;
}): Statement => sql`
      update pending_booking_tracker
      set paying_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where ${payable(bookingId)}
      returning booking_id`;

/** Removes the mark of a payment. The tracker's trigger gives the seats the end of the hold again. */
export async function unmarkPaying(tx: AnyTx, bookingId: number): Promise<void> {
  await execute(
    tx,
    sql`
    update pending_booking_tracker
    set paying_until = null
    where booking_id = ${bookingId}`,
  );
}

/** `update` of a Pending booking to Confirmed, where the condition `onlyIf` holds; returns its `id` if so. */
export const confirmBooking = ({
  bookingId,
  paymentType,
  onlyIf = sql`true`,
}: {
  bookingId: number;
  paymentType: 'Card' | 'Wallet';
  onlyIf?: Statement;
}): Statement => sql`
      update booking
      set status = 'Confirmed', payment_type = ${paymentType}
      where id = ${bookingId}
        and status = 'Pending'
        and ${onlyIf}
      returning id`;

/** Condition: the booking is Confirmed. Where a transaction has locked it as Pending, it has confirmed it itself. */
export const isConfirmed = ({ bookingId }: { bookingId: number }): Statement => sql`exists (
        select from booking
        where id = ${bookingId}
          and status = 'Confirmed'
      )`;

/** `delete` of the tracker of the booking whose `id` is in the clause that `booking` names. */
export const deleteTracker = ({ booking }: { booking: Statement }): Statement => sql`
      delete from pending_booking_tracker
      where booking_id in (select id from ${booking})`;

/** Confirms a locked booking whose charge is recorded already. */
export async function confirmPending(tx: Tx, bookingId: number): Promise<void> {
  await execute(
    tx,
    sql`
    with confirmed as (${confirmBooking({ bookingId, paymentType: 'Card' })}
    )
    ${deleteTracker({ booking: sql`confirmed` })}`,
  );
}
