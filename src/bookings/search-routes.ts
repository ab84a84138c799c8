import { Type } from 'typebox';
import type { Pool } from '../platform/database/db.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import {
  DateParameter,
  IdParameter,
  NumberParameter,
  TextParameter,
} from '../platform/validation/parameters.ts';
import { isReadable } from '../platform/validation/readable.ts';
import { invalidParams } from './errors.ts';
import { searchBookings } from './search.ts';
import { Receipt } from './shapes.ts';

const MOST = 100;
const STANDARD = 50;
const LONGEST_QUERY = 100;

const invalid = invalidParams;
const queryRule = {
  message: 'Invalid value',
  test: (text: string) => isReadable(text) && text.length <= LONGEST_QUERY,
};
const SearchQuery = Type.Object({
  query: Type.Optional(
    TextParameter({
      rule: queryRule,
      invalid,
      description: 'The number of a booking, at least four digits of a telephone number, or a part of a name',
      example: 'Asha',
    }),
  ),
  date: Type.Optional(DateParameter({ invalid, description: 'The day of the show' })),
  show_id: Type.Optional(IdParameter({ invalid, example: undefined })),
  limit: Type.Optional(
    NumberParameter({ from: 1, to: MOST, invalid, description: `How many at most; ${STANDARD} if absent` }),
  ),
  before: Type.Optional(
    IdParameter({ invalid, description: '`next` of the search that this one continues', example: undefined }),
  ),
});
const Found = Type.Object({
  bookings: Type.Array(
    Type.Object({
      ...Receipt.properties,
      customer_username: Type.Union([Type.String(), Type.Null()], { description: 'Null of a walk-in' }),
    }),
  ),
  next: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The `before` with which the search goes on; null where there are no older bookings',
  }),
});

/** Bookings as staff look for them at the counter and at the door. */
export const searchRoutes: Routes<{ pool: Pool }> = (app, { pool }) => {
  app.get(
    '/admin/bookings',
    {
      onRequest: allow('admin', 'staff'),
      schema: {
        summary: 'Find bookings by number, name or telephone number, newest first',
        tags: ['booking'],
        querystring: SearchQuery,
        response: { 200: Answer(Found) },
      },
    },
    async ({ query: { query = '', date, show_id: showId, limit = STANDARD, before } }) => ({
      message: 'Bookings fetched successfully',
      data: await searchBookings(pool, { query: query.trim(), date, showId, limit, before }),
    }),
  );
};
