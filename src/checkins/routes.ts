import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { checkKeyForm, KeyHeader, type Idempotency } from '../idempotency/idempotency.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import type { Pool } from '../platform/database/db.ts';
import { Id } from '../platform/validation/fields.ts';
import { PAYMENT_TYPES, STATUSES } from '../bookings/bookings.ts';
import { JSON_TYPE } from '../platform/http/send-cached.ts';
import { sendPieces } from '../platform/http/send-pieces.ts';
import { OneOf } from '../platform/validation/shapes.ts';
import { CountParameter, DateParameter, IdParameter } from '../platform/validation/parameters.ts';
import { checkIn, checkInOne, type CheckInNeeds, type Sorted } from './check-in.ts';
import { invalidInput, invalidParams } from './errors.ts';
import { countRoute } from './count.ts';
import { createList } from './list.ts';

const Confirmed = Type.Object({
  id: Type.Integer(),
  date: Type.String({ format: 'date-time' }),
  show_id: Type.Integer(),
  customer_id: Type.Union([Type.Integer(), Type.Null()]),
  customer_username: Type.Union([Type.String(), Type.Null()]),
  no_of_seats: Type.Integer(),
  amount_paid: Type.String({ examples: ['208.97'] }),
  status: OneOf(STATUSES),
  booking_time: Type.String({ format: 'date-time' }),
  payment_type: OneOf(PAYMENT_TYPES),
});
const invalid = invalidParams;
const ListQuery = Type.Object({
  show_id: Type.Optional(IdParameter({ invalid })),
  date: Type.Optional(DateParameter({ invalid })),
  limit: Type.Optional(CountParameter({ invalid, description: 'How many at most', example: 100 })),
  before: Type.Optional(
    IdParameter({ invalid, description: 'A booking id: only older bookings are listed', example: undefined }),
  ),
});
const BulkRequest = Type.Object({
  booking_ids: Type.Array(Id('BookingIDs'), { 'x-field': 'BookingIDs', minItems: 1, maxItems: 100_000 }),
});
// Only the signature decides about a scanned text, so the worst outcome of any text is `invalid`.
const SingleRequest = Type.Object(
  {
    booking_id: Type.Optional(Id('BookingID')),
    ticket: Type.Optional(Type.String({ description: 'The text of a QR code, instead of the id' })),
  },
  { anyText: true, examples: [{ booking_id: 1 }] },
);
const ids = Type.Array(Type.Integer());
const Detail = Type.Object({
  booking_id: Type.Optional(
    Type.Integer({ description: 'Absent where a text has no number that can be read' }),
  ),
  outcome: OneOf(['checked_in', 'already_done', 'invalid']),
  reason: Type.Optional(OneOf(['forged', 'not_paid', 'too_early', 'over', 'unknown'], 'Why it is invalid')),
  at: Type.Optional(
    Type.String({ format: 'date-time', description: 'When it was let in before, where that is known' }),
  ),
  by: Type.Optional(Type.String({ description: 'Who let it in then' })),
});
const CheckedIn = Answer(
  Type.Object({
    checked_in: ids,
    already_done: ids,
    invalid: ids,
    details: Type.Array(Detail, {
      description: 'One for each ticket, in the order asked, repeated ids once',
    }),
  }),
);

const tags = ['check-in'];
const atTheDoor = { onRequest: allow('admin', 'staff') };
const once = { onRequest: [allow('admin', 'staff'), checkKeyForm], config: { invalid: invalidInput } };

export const checkInRoutes: Routes<CheckInNeeds & { idempotency: Idempotency }> = (app, needs) => {
  const { idempotency } = needs;
  listRoute(app, needs);
  countRoute(app, needs);

  app.post(
    '/check-in/bookings',
    {
      ...once,
      schema: {
        summary: 'Check in many',
        tags,
        headers: KeyHeader,
        body: BulkRequest,
        response: { 200: CheckedIn },
      },
    },
    (request) => {
      const shown = { ids: request.body.booking_ids, by: request.user.username };
      const say = () => 'Bulk check-in attempted';
      return idempotency.once(request, 'check-in-bookings', (once) => checkIn(needs, shown, { say, once }));
    },
  );

  app.post(
    '/check-in/booking',
    {
      ...once,
      schema: {
        summary: 'Check in one, by its id or by its scanned ticket',
        tags,
        headers: KeyHeader,
        body: SingleRequest,
        response: { 200: CheckedIn },
      },
    },
    (request) => {
      const { booking_id: id, ticket } = request.body;
      const shown = { id, ticket, by: request.user.username };
      return idempotency.once(request, 'check-in-booking', (once) =>
        checkInOne(needs, shown, { say: messageOf, once }),
      );
    },
  );
};

const listRoute: Routes<{ pool: Pool }> = (app, { pool }) => {
  const listConfirmed = createList(pool);
  app.get(
    '/check-in/bookings',
    {
      ...atTheDoor,
      schema: {
        summary: 'Confirmed bookings, newest first',
        tags,
        querystring: ListQuery,
        response: { 200: Answer(Type.Array(Confirmed)) },
      },
    },
    async ({ id, query }, reply) => {
      const { show_id: showId, date, limit, before } = query;
      const bookings = await listConfirmed({ showId, date, limit, before });
      const head = `{"message":"Confirmed bookings fetched successfully","request_id":"${id}","status":"SUCCESS","data":[`;
      // The database has written what the response schema describes.
      if (Buffer.isBuffer(bookings)) {
        sendPieces(reply, [Buffer.from(head), bookings, Buffer.from(']}')]);
        return undefined;
      }
      reply.header('content-type', JSON_TYPE);
      return Readable.from(wrapped(head, bookings, ']}'), { objectMode: false }) as never;
    },
  );
};

async function* wrapped(head: string, pieces: AsyncIterable<Buffer>, tail: string) {
  yield head;
  yield* pieces;
  yield tail;
}

function messageOf({ checked_in, already_done }: Sorted): string {
  if (checked_in.length > 0) return 'Booking checked in successfully';
  if (already_done.length > 0) return 'Booking was already checked in';
  return 'Check-in failed: invalid booking (already expired/invalid status/too early for check-in/or show ended)';
}
