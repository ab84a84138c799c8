import { Refusal } from '../platform/errors.ts';

export const notPayable = () =>
  new Refusal(400, 'INVALID_BOOKING_STATUS', 'Payment can only be processed for bookings in pending state');
export const bookingExpired = () =>
  new Refusal(400, 'BOOKING_EXPIRED', 'This booking has expired. Please make a new booking');
