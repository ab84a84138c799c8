import { Type } from 'typebox';
import { checkKeyForm, KeyHeader, type Idempotency } from '../idempotency/idempotency.ts';
import { paymentInProgress, paymentUnresolved } from '../payments/payments.ts';
import type { Pool } from '../platform/database/db.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { OneOf } from '../platform/validation/shapes.ts';
import type { Seats } from '../shows/shows.ts';
import {
  alreadyExtended,
  bookingExpired,
  bookingNotFound,
  notExtendable,
  showAlreadyStarted,
  unauthorizedAccess,
} from './errors.ts';
import { extendHold } from './extend.ts';
import type { HoldRules } from './hold.ts';
import type { Monitor } from './monitor.ts';
import { ACTIONS, PAYMENT_STATES, readOwnBooking } from './own-booking.ts';
import { BookingParams, ListedBooking } from './shapes.ts';

const OwnBooking = Type.Object({
  ...ListedBooking.properties,
  time_remaining_ms: Type.Optional(
    Type.Integer({
      description:
        'Of a hold with an end: until then; 0 while a payment, or an outcome that nobody knows, outlives it',
    }),
  ),
  payment: OneOf(
    PAYMENT_STATES,
    'Whether a payment is under way, or one has ended of which nobody knows whether it charged',
  ),
  actions: Type.Array(OneOf(ACTIONS), { description: 'What can be done with it now' }),
});
const Extension = Type.Object({
  booking_id: Type.Integer(),
  expiration_time: Type.String({ format: 'date-time' }),
  time_remaining_ms: Type.Integer(),
});

export type OwnBookingNeeds = {
  pool: Pool;
  seats: Seats;
  rules: HoldRules;
  monitor: Monitor;
  idempotency: Idempotency;
};

/** One booking of a customer's own: how it stands, and more time for it. */
export const ownBookingRoutes: Routes<OwnBookingNeeds> = (app, needs) => {
  const { pool, seats, rules, monitor, idempotency } = needs;
  const tags = ['booking'];

  app.get(
    '/customer/booking/:id',
    {
      onRequest: allow('customer'),
      schema: {
        summary: 'One of my bookings',
        tags,
        params: BookingParams,
        response: { 200: Answer(OwnBooking) },
        refusals: [bookingNotFound(), unauthorizedAccess()],
      },
    },
    async ({ params, user }) => ({
      message: 'Booking fetched successfully',
      data: await readOwnBooking(pool, { username: user.username, bookingId: params.id, zone: rules.zone }),
    }),
  );

  app.post(
    '/customer/booking/:id/extend',
    {
      onRequest: [allow('customer'), checkKeyForm],
      schema: {
        summary: 'More time to pay a hold, once',
        tags,
        headers: KeyHeader,
        params: BookingParams,
        response: { 200: Answer(Extension) },
        refusals: [
          bookingNotFound(),
          unauthorizedAccess(),
          notExtendable(),
          paymentInProgress(),
          paymentUnresolved(),
          bookingExpired(),
          alreadyExtended(),
          showAlreadyStarted(),
        ],
      },
    },
    async ({ params, user, headers }) => {
      const wish = { username: user.username, bookingId: params.id };
      // An Idempotency-Key covers the booking too, which is in the path.
      const asked = { user, headers, body: { booking_id: wish.bookingId } };
      return idempotency.once(asked, 'booking/extend', async (once) => {
        const extended = await extendHold(pool, wish, rules, once);
        monitor.watch(extended.remainingMs);
        await seats.changed(extended);
        return extended.answer;
      });
    },
  );
};
