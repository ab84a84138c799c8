import { Type } from 'typebox';
import { IdParameter } from '../platform/validation/parameters.ts';
import { component, OneOf } from '../platform/validation/shapes.ts';
import { bookingNotFound, invalidBookingId } from './errors.ts';

const SeatNumber = Type.String({ minLength: 2, maxLength: 3, examples: ['A1'] });
export const SeatList = Type.Array(SeatNumber, { 'x-field': 'SeatNumbers', minItems: 1 });

export const PAYMENT_TYPES = ['Card', 'Wallet', 'Cash'] as const;
export const STATUSES = ['Pending', 'Confirmed', 'CheckedIn'] as const;

/** What every booking has. */
const Booking = Type.Object({
  booking_id: Type.Integer(),
  show_id: Type.Integer(),
  show_date: Type.String({ format: 'date' }),
  show_time: Type.String({ examples: ['16:30:00.000000'] }),
  seat_numbers: Type.Array(Type.String()),
  amount_paid: Type.Number(),
  payment_type: OneOf(PAYMENT_TYPES),
  booking_time: Type.String({ format: 'date-time' }),
  status: OneOf(STATUSES),
});
/** As lists show it: a Pending one also says what is to be paid, and until when. */
export const ListedBooking = Type.Object(
  {
    ...Booking.properties,
    amount_due: Type.Optional(Type.Number()),
    expires_at: Type.Optional(Type.String({ format: 'date-time' })),
  },
  component('Booking'),
);
export const Receipt = Type.Object({
  ...Booking.properties,
  customer_name: Type.String(),
  phone_number: Type.String(),
});

export const BookingParams = Type.Object({
  id: IdParameter({ invalid: invalidBookingId, notFound: bookingNotFound }),
});
