import { Type } from 'typebox';
import { paid } from '../bookings/bookings.ts';
import { maybeOne, sql, type Pool, type Sql } from '../platform/database/db.ts';
import { shared } from '../platform/database/shared.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { IdParameter } from '../platform/validation/parameters.ts';
import { showNotFound } from '../shows/shows.ts';
import { invalidParams } from './errors.ts';

const Counted = Type.Object({ bookings: Type.Integer(), seats: Type.Integer() });
const Counts = Type.Object({ show_id: Type.Integer(), in: Counted, missing: Counted });
const CountQuery = Type.Object({ show_id: IdParameter({ invalid: invalidParams, notFound: showNotFound }) });

/** How many of a show's paid bookings are in. The gates ask every few seconds; one statement answers all that ask at once. */
export const countRoute: Routes<{ pool: Pool }> = (app, { pool }) => {
  const countShared = shared((showId: number) => countShow(pool, showId));
  app.get(
    '/check-in/count',
    {
      onRequest: allow('admin', 'staff'),
      schema: {
        summary: 'How many of a show are in, and how many are missing',
        tags: ['check-in'],
        querystring: CountQuery,
        response: { 200: Answer(Counts) },
        refusals: [showNotFound(1)],
      },
    },
    async ({ query: { show_id: showId } }) => {
      const counts = await countShared(showId);
      if (!counts) throw showNotFound(showId);
      const { bookingsIn, seatsIn, bookingsMissing, seatsMissing } = counts;
      return {
        message: 'Check-ins counted successfully',
        data: {
          show_id: showId,
          in: { bookings: bookingsIn, seats: seatsIn },
          missing: { bookings: bookingsMissing, seats: seatsMissing },
        },
      };
    },
  );
};

type CountRow = { bookingsIn: number; seatsIn: number; bookingsMissing: number; seatsMissing: number };

async function countShow(on: Sql, showId: number): Promise<CountRow | undefined> {
  return maybeOne<CountRow>(
    on,
    sql`
    select count(*) filter (where status = 'CheckedIn') as "bookingsIn",
      coalesce(sum(no_of_seats) filter (where status = 'CheckedIn'), 0) as "seatsIn",
      count(*) filter (where status = 'Confirmed') as "bookingsMissing",
      coalesce(sum(no_of_seats) filter (where status = 'Confirmed'), 0) as "seatsMissing"
    from show
    left join booking on booking.show_id = show.id and ${paid}
    where show.id = ${showId}
    group by show.id`,
  );
}
