import { createTokens } from '../../src/auth/auth.ts';
import { one, sql } from '../../src/platform/database/db.ts';
import { JWT_SECRET, type Person, type TestApp } from '../support/app.ts';
import { readCode } from '../support/codes.ts';

/**
 * A show in a slot of its own, in the cinema's time, that starts so many minutes from now (negative: ago) by the
 * database's clock and lasts so many.
 */
export async function showAt(
  app: TestApp,
  { inMinutes, minutes = 180, zone = 'UTC' }: { inMinutes: number; minutes?: number; zone?: string },
): Promise<number> {
  const { id } = await one<{ id: number }>(
    app.pool,
    sql`
    with planned as (
      select starts_at, starts_at + make_interval(mins => ${minutes}) as ends_at
      from (
        select (now() + make_interval(mins => ${inMinutes})) at time zone ${zone}::text as starts_at
      ) start
    ),
    made as (
      insert into slot (name, start_time, end_time)
      select 'Special', starts_at::time, ends_at::time
      from planned
      returning id
    )
    insert into show (movie_id, date, slot_id, cost)
    select 'tt0111161', planned.starts_at::date, made.id, 200
    from planned, made
    returning id`,
  );
  return id;
}

/** Bookings of one seat each, Confirmed whatever the hour, without the way of a payment. */
export async function book(
  app: TestApp,
  showId: number,
  howMany = 1,
  status = 'Confirmed',
): Promise<number[]> {
  const { username } = await app.customer();
  const { rows } = await app.pool.run<{ id: number }>(sql`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select show.date, show.id, ${username}, 1, 200, ${status}::booking_status, 'Card'
    from show, generate_series(1, ${howMany})
    where show.id = ${showId}
    returning id`);
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

export const checkIn = (app: TestApp, body: object, as: Person = app.staff) =>
  app.post('/check-in/booking', { as, body });
export const checkInAll = (app: TestApp, ids: readonly unknown[], as: Person = app.staff) =>
  app.post('/check-in/bookings', { as, body: { booking_ids: ids } });

/** What a scanner reads off the ticket that a booking has now. */
export async function scanned(app: TestApp, bookingId: number): Promise<string> {
  const { data } = await app.get(`/booking/${bookingId}/qr`, { as: app.staff });
  return (await readCode(Buffer.from(data['qr_code'] ?? '', 'base64'))) ?? 'cannot be read';
}

/** Another member of staff, or another admin. */
export async function employee(
  app: TestApp,
  username: string,
  role: 'staff' | 'admin' = 'staff',
): Promise<Person> {
  await app.pool.run(sql`
    insert into usertable (username, password, role)
    values (${username}, 'nobody''s', ${role})`);
  return { username, role, token: createTokens(JWT_SECRET).issue({ username, role, version: 0 }) };
}

/** The fields that an answer of the door had before it gave `details`. */
export const withoutDetails = ({ checked_in, already_done, invalid }: Record<string, unknown>) => ({
  checked_in,
  already_done,
  invalid,
});
