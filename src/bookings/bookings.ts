export { type ReceiptRow } from './queries.ts';
export { checkInBookings, listCheckIns, type AtTheDoor, type CheckIn, type Judged } from './check-in.ts';
export { reviveBooking } from './claim.ts';
export { bookingExpired, bookingNotFound, unauthorizedAccess } from './errors.ts';
export { lockPayable, type Payable } from './lock-payable.ts';
export { lockBooking, lockSeats, type LockedBooking } from './locks.ts';
export { startMonitor, type Monitor } from './monitor.ts';
export {
  confirmBooking,
  confirmPending,
  deleteTracker,
  isConfirmed,
  isPayable,
  markPaying,
  unmarkPaying,
} from './paying.ts';
export { isPaid, paid, type BookingStatus } from './paid.ts';
export { isThere, readReceipt, seatsInOrder } from './queries.ts';
export { receiptOut } from './receipt.ts';
export { BookingParams, PAYMENT_TYPES, Receipt, STATUSES } from './shapes.ts';
export { takeOver } from './take-over.ts';
export { checkWayBack } from './way-back.ts';
