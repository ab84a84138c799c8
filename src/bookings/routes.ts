import { Type } from 'typebox';
import { customerNotFound } from '../customers/customers.ts';
import { checkKeyForm, KeyHeader, type Idempotency } from '../idempotency/idempotency.ts';
import { paymentInProgress } from '../payments/payments.ts';
import type { Pool } from '../platform/database/db.ts';
import { shared } from '../platform/database/shared.ts';
import { allow, Answer, Done, type Routes } from '../platform/http/http.ts';
import { Id } from '../platform/validation/fields.ts';
import { component } from '../platform/validation/shapes.ts';
import type { Seats } from '../shows/shows.ts';
import { cancel } from './cancel.ts';
import {
  bookingNotFound,
  holdLimitReached,
  holdRefusals,
  notCancellable,
  unauthorizedAccess,
} from './errors.ts';
import { hold, type HoldRules } from './hold.ts';
import type { Monitor } from './monitor.ts';
import { ownBookingRoutes } from './own-booking-routes.ts';
import { listBookings } from './queries.ts';
import { listedOut } from './receipt.ts';
import { searchRoutes } from './search-routes.ts';
import { BookingParams, ListedBooking, SeatList } from './shapes.ts';
import { walkInRoutes } from './walk-in-routes.ts';

const HoldRequest = Type.Object({ show_id: Id('ShowID'), seat_numbers: SeatList });
const Hold = Type.Object(
  {
    booking_id: Type.Integer(),
    show_id: Type.Integer(),
    seat_numbers: Type.Array(Type.String()),
    amount_due: Type.Number(),
    expiration_time: Type.String({ format: 'date-time' }),
    time_remaining_ms: Type.Integer(),
  },
  component('Hold'),
);

export type BookingNeeds = {
  pool: Pool;
  seats: Seats;
  rules: HoldRules;
  monitor: Monitor;
  idempotency: Idempotency;
};

export const bookingRoutes: Routes<BookingNeeds> = (app, needs) => {
  holdRoutes(app, needs);
  listRoutes(app, needs);
  ownBookingRoutes(app, needs);
  searchRoutes(app, needs);
  walkInRoutes(app, needs);
};

const tags = ['booking'];
const customer = { onRequest: allow('customer') };
const keyedCustomer = { onRequest: [allow('customer'), checkKeyForm] };

const holdRoutes: Routes<BookingNeeds> = (app, { pool, seats, monitor, rules, idempotency }) => {
  app.post(
    '/customer/booking/initialize',
    {
      ...keyedCustomer,
      schema: {
        summary: 'Hold seats',
        tags,
        headers: KeyHeader,
        body: HoldRequest,
        response: { 201: Answer(Hold) },
        refusals: [...holdRefusals(), holdLimitReached(10), customerNotFound()],
      },
    },
    async (request, reply) => {
      const { body, user } = request;
      const wish = { username: user.username, showId: body.show_id, seats: body.seat_numbers };
      const holdNeeds = { pool, seats, monitor, rules };
      const answer = await idempotency.once(request, 'booking/initialize', (once) =>
        hold(holdNeeds, wish, once),
      );
      reply.code(201);
      return answer;
    },
  );

  app.delete(
    '/customer/booking/:id/cancel',
    {
      ...customer,
      schema: {
        summary: 'Let a hold go',
        tags,
        params: BookingParams,
        response: { 200: Done() },
        refusals: [bookingNotFound(), unauthorizedAccess(), notCancellable(), paymentInProgress()],
      },
    },
    async ({ params, user }) => {
      await cancel(pool, seats, { username: user.username, bookingId: params.id });
      return { message: 'Booking cancelled successfully' };
    },
  );
};

const listRoutes: Routes<BookingNeeds> = (app, { pool }) => {
  // A client that repeats this request without a pause causes one statement at a time.
  const readMine = shared(async (username: string) => (await listBookings(pool, username)).map(listedOut));

  app.get(
    '/customer/bookings',
    {
      ...customer,
      schema: { summary: 'My bookings', tags, response: { 200: Answer(Type.Array(ListedBooking)) } },
    },
    async ({ user }) => ({
      message: 'Bookings fetched successfully',
      data: await readMine(user.username),
    }),
  );

  app.get(
    '/customer/bookings/latest',
    {
      ...customer,
      schema: {
        summary: 'My latest booking',
        tags,
        response: { 200: Answer(Type.Union([ListedBooking, Type.Null()])) },
      },
    },
    async ({ user }) => {
      const [latest] = await listBookings(pool, user.username, 1);
      return { message: 'Latest booking fetched successfully', data: latest ? listedOut(latest) : null };
    },
  );
};
