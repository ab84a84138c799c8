import { Type, type Static } from 'typebox';
import { BookingParams, Receipt } from '../bookings/bookings.ts';
import { checkKeyForm, KeyHeader, type KeyedRequest, type Idempotency } from '../idempotency/idempotency.ts';
import type { Card } from '../payments/payments.ts';
import { invalidRequest } from '../platform/errors.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { Id, Text } from '../platform/validation/fields.ts';
import { component } from '../platform/validation/shapes.ts';
import { paymentRefusals } from './errors.ts';
import { pay, type PayNeeds } from './pay.ts';

const CardFields = {
  card_number: Type.Optional(Text('CardNumber', { example: '4242424242424242' })),
  cvv: Type.Optional(Text('CVV', { example: '123' })),
  expiry_month: Type.Optional(Text('ExpiryMonth', { example: '12' })),
  expiry_year: Type.Optional(Text('ExpiryYear', { example: '35' })),
  cardholder_name: Type.Optional(Text('CardholderName', { example: 'Asha Rao' })),
};
const PaymentFields = Type.Object({
  payment_method: Type.Unsafe<'Card' | 'Wallet'>({
    type: 'string',
    enum: ['Card', 'Wallet'],
    'x-field': 'PaymentMethod',
  }),
  ...CardFields,
});
const PaymentRequest = Type.Object({ booking_id: Id('BookingID'), ...PaymentFields.properties });
const PaidBooking = Type.Object(
  { ...Receipt.properties, transaction_id: Type.String() },
  component('PaidBooking'),
);

export type CheckoutNeeds = PayNeeds & { idempotency: Idempotency };

export const checkoutRoutes: Routes<CheckoutNeeds> = (app, needs) => {
  const config = { malformed: () => invalidRequest('Invalid payment data') };
  const tags = ['booking'];
  const onRequest = [allow('customer'), checkKeyForm];
  const response = { 200: Answer(PaidBooking) };
  const refusals = paymentRefusals();
  const payFor = (request: KeyedRequest, bookingId: number, body: Static<typeof PaymentFields>) => {
    const method = body.payment_method;
    const payment = {
      username: request.user.username,
      bookingId,
      method,
      card: cardOf(body, method),
    } as const;
    // An Idempotency-Key covers the booking too, which the alias has in its path.
    const asked = { user: request.user, headers: request.headers, body: { booking_id: bookingId, ...body } };
    return needs.idempotency.once(asked, 'booking/payment', (once) => pay(needs, { ...payment, once }));
  };

  app.post(
    '/customer/booking/payment',
    {
      onRequest,
      config,
      schema: { summary: 'Pay a hold', tags, headers: KeyHeader, body: PaymentRequest, response, refusals },
    },
    async (request) => payFor(request, request.body.booking_id, request.body),
  );
  app.post(
    '/customer/booking/:id/payment',
    {
      onRequest,
      config,
      schema: {
        summary: 'Pay a hold',
        tags,
        deprecated: true,
        headers: KeyHeader,
        params: BookingParams,
        body: PaymentFields,
        response,
        refusals,
      },
    },
    async (request) => payFor(request, request.params.id, request.body),
  );
};

/**
 * The card of a payment. For Card it is passed on as it came, because the gateway checks it. For Wallet it is
 * passed on only if all its fields are present.
 */
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
