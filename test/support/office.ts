import { sql } from '../../src/platform/database/db.ts';
import type { TestApp } from './app.ts';

const DAY_MS = 86_400_000;
/** The day so many days from now, in the zone of the tests. */
export const dayFrom = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** The day of this week, or of one so many weeks later, with Monday as 0. */
export function dayOfWeek(weekday: number, weeksLater = 0): string {
  const today = (new Date().getUTCDay() + 6) % 7;
  return dayFrom(weekday - today + 7 * weeksLater);
}

type NewSale = { date: string; days: number; amount: string; seats: number };

/** A show of a date. */
export async function showOn(
  app: TestApp,
  date: string,
  { slotId = 1, movieId = 'tt0111161', cost = '200.00' } = {},
): Promise<number> {
  const [show] = await app.rows<{ id: number }>(`
    insert into show (movie_id, date, slot_id, cost) values ('${movieId}', '${date}', ${slotId}, ${cost}) returning id`);
  return show?.id ?? 0;
}

/** Paid bookings of a show, as they stand in the table: made at noon on a date, with as many seats. */
export async function sellOn(
  app: TestApp,
  showId: number,
  sales: readonly Omit<NewSale, 'days'>[],
): Promise<void> {
  const { username } = await app.customer();
  for (const { date, amount, seats } of sales) {
    await app.pool.run(sql`
      with sold as (
        insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time, payment_type)
        select show.date, show.id, ${username}, ${seats}, ${amount}::numeric, 'Confirmed', ${`${date}T12:00:00Z`}::timestamptz, 'Card'
        from show where id = ${showId}
        returning id, show_id
      )
      insert into booking_seat_mapping (booking_id, show_id, seat_number)
      select sold.id, sold.show_id, seat.seat_number
      from sold, lateral (
        select seat_number from seat
        where seat_number not in (select seat_number from booking_seat_mapping where show_id = ${showId})
        order by seat_number limit ${seats}
      ) seat`);
  }
}
