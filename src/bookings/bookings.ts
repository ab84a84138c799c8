export { checkInBookings, listCheckIns, type AtTheDoor, type CheckIn, type Judged } from './check-in.ts';
export { bookingNotFound } from './errors.ts';
export { startMonitor, type Monitor } from './monitor.ts';
export { isThere, seatsInOrder } from './queries.ts';
export { takeOver } from './take-over.ts';
export { CannotResolve, resolveAttempt } from './resolve.ts';
