import { Refusal } from '../platform/errors.ts';
import { showNotFound } from '../shows/shows.ts';

export const tooManySeats = () =>
  new Refusal(400, 'TOO_MANY_SEATS', 'Maximum 10 seats can be booked per booking');
export const duplicateSeats = (seat: string) =>
  new Refusal(400, 'DUPLICATE_SEATS', `Seat ${seat} is named more than once`);
export const showAlreadyStarted = () =>
  new Refusal(400, 'SHOW_ALREADY_STARTED', 'Cannot book tickets for a show that has already started');
export const seatsUnavailable = () =>
  new Refusal(400, 'SEATS_UNAVAILABLE', 'One or more selected seats are not available');
export const invalidSeat = (seat: string) =>
  new Refusal(400, 'INVALID_SEAT', `Seat ${seat} not found in seat map`);
export const holdLimitReached = (seats: number) =>
  new Refusal(400, 'HOLD_LIMIT_REACHED', `No more than ${seats} seats of a show can be held unpaid at once`);
/** An example of each refusal of seats, in the order in which they are judged. */
export const holdRefusals = () => [
  tooManySeats(),
  duplicateSeats('A1'),
  showNotFound(1),
  showAlreadyStarted(),
  seatsUnavailable(),
  invalidSeat('Z9'),
];
export const bookingNotFound = () => new Refusal(404, 'BOOKING_NOT_FOUND', 'Booking not found');
export const unauthorizedAccess = () =>
  new Refusal(403, 'UNAUTHORIZED_ACCESS', "You don't have permission to access this booking");
export const notCancellable = () =>
  new Refusal(400, 'INVALID_BOOKING_STATUS', 'Only pending bookings can be cancelled');
export const bookingExpired = () =>
  new Refusal(400, 'BOOKING_EXPIRED', 'This booking has expired. Please make a new booking');
export const notExtendable = () =>
  new Refusal(400, 'INVALID_BOOKING_STATUS', 'Only pending bookings can be extended');
export const alreadyExtended = () =>
  new Refusal(400, 'ALREADY_EXTENDED', 'This booking has been extended already');
export const invalidBookingId = () =>
  new Refusal(400, 'INVALID_BOOKING_ID', 'Booking ID must be a valid integer');
export const amountMismatch = () =>
  new Refusal(400, 'INVALID_AMOUNT', 'The amount paid does not match the expected price');
export const invalidParams = () => new Refusal(400, 'INVALID_PARAMS', 'Invalid query parameters');
