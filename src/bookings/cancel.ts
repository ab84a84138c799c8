import { execute, sql, type Pool } from '../platform/database/db.ts';
import { paymentInProgress } from '../payments/payments.ts';
import type { Seats } from '../shows/shows.ts';
import { bookingNotFound, notCancellable, unauthorizedAccess } from './errors.ts';
import { lockBooking, lockSeats } from './locks.ts';

/**
 * Cancels a hold. Throws BOOKING_NOT_FOUND, UNAUTHORIZED_ACCESS, INVALID_BOOKING_STATUS, PAYMENT_IN_PROGRESS.
 */
export async function cancel(
  pool: Pool,
  seats: Seats,
  { username, bookingId }: { username: string; bookingId: number },
) {
  const freed = await pool.transaction(async (tx) => {
    const [booking, hold] = await Promise.all([lockBooking(tx, bookingId), lockSeats(tx, bookingId)]);
    if (!booking) throw bookingNotFound();
    if (booking.username !== username) throw unauthorizedAccess();
    if (booking.status !== 'Pending') throw notCancellable();
    if (hold.isPaying) throw paymentInProgress();
    if (hold.isOver) throw bookingNotFound();
    await execute(
      tx.last,
      sql`
      delete from booking
      where id = ${bookingId}`,
    );
    return booking;
  });
  await seats.changed(freed);
}
