import { execute, sql, type Statement, type Tx } from '../platform/database/db.ts';

/** Condition on `pending_booking_tracker tracker`: the booking's hold is not over, and no payment of it is under way. */
export const isPayable = (bookingId: number): Statement => sql`
  tracker.booking_id = ${bookingId}
  and tracker.expiration_time > clock_timestamp()
  and (tracker.paying_until is null or tracker.paying_until <= clock_timestamp())`;

/** `update` that marks a payment of a payable hold as under way; returns `booking_id`, no row where it is not payable. */
export const markPaying = ({
  bookingId,
  leaseSeconds,
}: {
  bookingId: number;
  leaseSeconds: number;
}): Statement => sql`
  update pending_booking_tracker tracker
  set paying_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
  where ${isPayable(bookingId)}
  returning tracker.booking_id`;

/** Removes the mark of a payment; the tracker's trigger gives the seats back the end of the hold. */
export async function unmarkPaying(tx: Tx, bookingId: number): Promise<void> {
  await execute(
    tx,
    sql`
    update pending_booking_tracker
    set paying_until = null
    where booking_id = ${bookingId}`,
  );
}

/**
 * The CTEs `confirmed` (`id` of the booking if it was Pending and `condition` holds) and `dropped`: the booking becomes
 * Confirmed and its tracker is deleted.
 */
export const confirming = ({
  bookingId,
  paymentType,
  condition = sql`true`,
}: {
  bookingId: number;
  paymentType: 'Card' | 'Wallet';
  condition?: Statement;
}): Statement => sql`
  confirmed as (
    update booking
    set status = 'Confirmed', payment_type = ${paymentType}
    where id = ${bookingId}
      and status = 'Pending'
      and ${condition}
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
    with ${confirming({ bookingId, paymentType: 'Card' })}
    select id
    from confirmed`,
  );
}
