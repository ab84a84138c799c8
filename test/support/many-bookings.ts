import type { TestApp } from './app.ts';

/**
 * Bookings of one seat each, written past the program as by another tool; `minutesAgo`: when their holds ended, or none
 * has a tracker. A show of its own for every hundred.
 */
export async function writeBookings(
  app: TestApp,
  howMany: number,
  { status = 'Pending', minutesAgo }: { status?: 'Pending' | 'Confirmed'; minutesAgo: number | 'no tracker' },
): Promise<number[]> {
  const { username } = await app.customer();
  const ids: number[] = [];
  for (let left = howMany; left > 0; left -= 100) {
    const show = await app.show();
    const written = await app.rows<{ id: number }>(`
      insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, payment_type, booking_time, status)
      select show.date, show.id, '${username}', 1, 200, 'Card', now() - interval '1 day', '${status}'
      from show, generate_series(1, ${Math.min(left, 100)})
      where show.id = ${show}
      returning id`);
    await app.script(`
      insert into booking_seat_mapping (booking_id, seat_number)
      select booking_id, seat_number
      from (select id as booking_id, row_number() over (order by id) as place from booking where show_id = ${show}) booked
      join (select seat_number, row_number() over (order by seat_number) as place from seat) seat using (place)`);
    ids.push(...written.map(({ id }) => id));
  }
  if (minutesAgo !== 'no tracker') {
    await app.script(`
      insert into pending_booking_tracker (booking_id, expiration_time)
      select id, clock_timestamp() - interval '${minutesAgo} minutes'
      from booking where id in (${ids.join()})`);
  }
  return ids;
}
