import { paymentInProgress, paymentUnresolved } from '../payments/payments.ts';
import type { Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import { bookingExpired, bookingNotFound, unauthorizedAccess } from './errors.ts';
import { lockBooking, lockSeats, type HoldState, type LockedBooking } from './locks.ts';

export type Payable = { booking: LockedBooking; hold: HoldState };

/**
 * Locks a customer's hold that may be paid or extended now. Throws in the order of api.md why it may not:
 * `notPending` if the booking is no hold.
 */
export async function lockPayable(
  tx: Tx,
  { username, bookingId }: { username: string; bookingId: number },
  notPending: () => Refusal,
): Promise<Payable> {
  const [booking, hold] = await Promise.all([lockBooking(tx, bookingId), lockSeats(tx, bookingId)]);
  if (!booking) throw bookingNotFound();
  if (booking.username !== username) throw unauthorizedAccess();
  if (booking.status !== 'Pending') throw notPending();
  if (hold.isPaying) throw paymentInProgress();
  if (hold.isUnresolved) throw paymentUnresolved();
  // If seats are missing, the hold has expired and another customer has taken some of them.
  if (hold.isOver || hold.seats.length < booking.seatCount) throw bookingExpired();
  return { booking, hold };
}
