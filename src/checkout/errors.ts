import { bookingExpired, bookingNotFound, unauthorizedAccess } from '../bookings/bookings.ts';
import {
  chargeRefusals,
  insufficientBalance,
  paymentInProgress,
  paymentUnresolved,
} from '../payments/payments.ts';
import { Refusal } from '../platform/errors.ts';

export const notPayable = () =>
  new Refusal(400, 'INVALID_BOOKING_STATUS', 'Payment can only be processed for bookings in pending state');

/** An example of each refusal of a payment, in the order in which they are judged. */
export const paymentRefusals = () => [
  bookingNotFound(),
  unauthorizedAccess(),
  notPayable(),
  paymentInProgress(),
  paymentUnresolved(),
  bookingExpired(),
  insufficientBalance(),
  ...chargeRefusals(),
];
