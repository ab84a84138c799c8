import { Type } from 'typebox';
import { checkKeyForm, KeyHeader, type Idempotency } from '../idempotency/idempotency.ts';
import type { Pool } from '../platform/database/db.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { Id, MoneyIn, Text } from '../platform/validation/fields.ts';
import { nameRule, phoneRule } from '../customers/customers.ts';
import type { Seats } from '../shows/shows.ts';
import { amountMismatch, holdRefusals } from './errors.ts';
import type { HoldRules } from './hold.ts';
import { Receipt, SeatList } from './shapes.ts';
import { sellWalkIn } from './walk-in.ts';

const guest = { customer_name: 'Walk In Guest', phone_number: '9876543210' };
const WalkInRequest = Type.Object(
  {
    show_id: Id('ShowID'),
    customer_name: Text('CustomerName', { rule: nameRule, example: guest.customer_name }),
    phone_number: Text('PhoneNumber', { rule: phoneRule, example: guest.phone_number }),
    seat_numbers: SeatList,
    amount_paid: Type.Optional(MoneyIn('AmountPaid')),
  },
  // Without the amount, which would have to be the price of just that show's seat.
  { examples: [{ show_id: 1, ...guest, seat_numbers: ['A1'] }] },
);

export type WalkInNeeds = { pool: Pool; seats: Seats; rules: HoldRules; idempotency: Idempotency };

export const walkInRoutes: Routes<WalkInNeeds> = (app, { pool, seats, rules, idempotency }) => {
  app.post(
    '/admin/create-customer-booking',
    {
      onRequest: [allow('admin'), checkKeyForm],
      schema: {
        summary: 'Sell to a walk-in',
        tags: ['booking'],
        headers: KeyHeader,
        body: WalkInRequest,
        response: { 201: Answer(Receipt) },
        refusals: [...holdRefusals(), amountMismatch()],
      },
    },
    async (request, reply) => {
      const { body } = request;
      const walkIn = {
        showId: body.show_id,
        seats: body.seat_numbers,
        // Blanks around it are no part of a name, and the column has room for the name alone.
        customerName: body.customer_name.trim(),
        phoneNumber: body.phone_number,
        amountPaid: body.amount_paid,
        zone: rules.zone,
      };
      const answer = await idempotency.once(request, 'create-customer-booking', (once) =>
        sellWalkIn({ pool, seats }, walkIn, once),
      );
      reply.code(201);
      return answer;
    },
  );
};
