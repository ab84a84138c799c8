import { Type, type Static } from 'typebox';
import { checkKeyForm, KeyHeader, type Asked, type Idempotency } from '../idempotency/idempotency.ts';
import { readId } from '../platform/dates.ts';
import { invalidRequest } from '../platform/errors.ts';
import { shared } from '../platform/database/shared.ts';
import { allow, Answer, Done, type Routes } from '../platform/http/http.ts';
import { Id, Text } from '../platform/http/validation.ts';
import type { Card } from '../payments/payments.ts';
import type { Seats } from '../shows/shows.ts';
import { cancel } from './cancel.ts';
import { bookingNotFound, invalidBookingId } from './errors.ts';
import { hold, type HoldRules } from './hold.ts';
import type { Monitor } from './monitor.ts';
import { pay, type PayNeeds } from './pay.ts';
import { listBookings } from './queries.ts';
import { listedOut } from './receipt.ts';
import { ListedBooking, Receipt, SeatList } from './shapes.ts';
import { walkInRoutes } from './walk-in-routes.ts';

const HoldRequest = Type.Object({ show_id: Id('ShowID'), seat_numbers: SeatList });
const Hold = Type.Object({
  booking_id: Type.Integer(),
  show_id: Type.Integer(),
  seat_numbers: Type.Array(Type.String()),
  amount_due: Type.Number(),
  expiration_time: Type.String({ format: 'date-time' }),
  time_remaining_ms: Type.Integer(),
});
const CardFields = {
  card_number: Type.Optional(Text('CardNumber', { example: '4242424242424242' })),
  cvv: Type.Optional(Text('CVV', { example: '123' })),
  expiry_month: Type.Optional(Text('ExpiryMonth', { example: '12' })),
  expiry_year: Type.Optional(Text('ExpiryYear', { example: '35' })),
  cardholder_name: Type.Optional(Text('CardholderName', { example: 'Asha Rao' })),
};
const PaymentFields = Type.Object({
  payment_method: Type.String({ 'x-field': 'PaymentMethod', enum: ['Card', 'Wallet'] }),
  ...CardFields,
});
const PaymentRequest = Type.Object({ booking_id: Id('BookingID'), ...PaymentFields.properties });
const PaidBooking = Type.Object({ ...Receipt.properties, transaction_id: Type.String() });
const BookingParams = Type.Object({ id: Type.String({ examples: ['1'] }) });

export type BookingNeeds = PayNeeds & {
  seats: Seats;
  rules: HoldRules;
  monitor: Monitor;
  idempotency: Idempotency;
};

export const bookingRoutes: Routes<BookingNeeds> = (app, needs) => {
  holdRoutes(app, needs);
  paymentRoutes(app, needs);
  listRoutes(app, needs);
  walkInRoutes(app, needs);
};

const tags = ['booking'];
const customer = { onRequest: allow('customer') };
const keyedCustomer = { onRequest: [allow('customer'), checkKeyForm] };

const holdRoutes: Routes<BookingNeeds> = (app, { pool, seats, monitor, rules, idempotency, fail }) => {
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
      },
    },
    async (request, reply) => {
      const { body, user } = request;
      const wish = { username: user.username, showId: body.show_id, seats: body.seat_numbers };
      const answer = await idempotency.once(request, 'booking/initialize', async (once) => {
        const held = await hold(fail.around(pool, 'hold'), wish, rules, once);
        monitor.watch(rules.holdSeconds * 1_000);
        await seats.changed({ showId: wish.showId, date: held.date });
        return held.answer;
      });
      reply.code(201);
      return answer;
    },
  );

  app.delete(
    '/customer/booking/:id/cancel',
    {
      ...customer,
      schema: { summary: 'Let a hold go', tags, params: BookingParams, response: { 200: Done() } },
    },
    async ({ params, user }) => {
      await cancel(pool, seats, { username: user.username, bookingId: bookingIdOf(params.id) });
      return { message: 'Booking cancelled successfully' };
    },
  );
};

const paymentRoutes: Routes<BookingNeeds> = (app, needs) => {
  const config = { malformed: () => invalidRequest('Invalid payment data') };
  const response = { 200: Answer(PaidBooking) };
  const payFor = (request: Asked, bookingId: number, body: Static<typeof PaymentFields>) => {
    const method = body.payment_method === 'Card' ? 'Card' : 'Wallet';
    const payment = {
      username: request.user.username,
      bookingId,
      method,
      card: cardOf(body, method),
    } as const;
    // A key stands for the booking as well, which the alias names in its path.
    const asked = { user: request.user, headers: request.headers, body: { booking_id: bookingId, ...body } };
    return needs.idempotency.once(asked, 'booking/payment', (once) => pay(needs, { ...payment, once }));
  };

  app.post(
    '/customer/booking/payment',
    {
      ...keyedCustomer,
      config,
      schema: { summary: 'Pay a hold', tags, headers: KeyHeader, body: PaymentRequest, response },
    },
    async (request) => payFor(request, request.body.booking_id, request.body),
  );
  app.post(
    '/customer/booking/:id/payment',
    {
      ...keyedCustomer,
      config,
      schema: {
        summary: 'Pay a hold (alias)',
        tags,
        headers: KeyHeader,
        params: BookingParams,
        body: PaymentFields,
        response,
      },
    },
    async (request) => payFor(request, bookingIdOf(request.params.id), request.body),
  );
};

const listRoutes: Routes<BookingNeeds> = (app, { pool }) => {
  // A front end that hammers costs one statement at a time.
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

function bookingIdOf(text: string): number {
  const id = readId(text);
  if (id !== undefined) return id;
  throw /^[+-]?\d+$/.test(text) ? bookingNotFound() : invalidBookingId();
}

/** The card of a payment: by Card whatever came, for the gateway to judge; by Wallet only where all of it came. */
function cardOf(body: Static<typeof PaymentFields>, method: 'Card' | 'Wallet'): Card | undefined {
  const card = {
    number: body.card_number ?? '',
    cvv: body.cvv ?? '',
    expiryMonth: body.expiry_month ?? '',
    expiryYear: body.expiry_year ?? '',
    holder: body.cardholder_name ?? '',
  };
  return method === 'Card' || Object.values(card).every((field) => field !== '') ? card : undefined;
}
