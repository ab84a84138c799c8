import { Refusal } from '../platform/errors.ts';

export const notPayable = () =>
  new Refusal(400, 'INVALID_BOOKING_STATUS', 'Payment can only be processed for bookings in pending state');
