import type { Client } from 'pg';
import { StartFault } from '../platform/errors.ts';

export type TakeOver = {
  /** Of bookings that share a seat of a coming show, the oldest keeps it and the others lose it. */
  keepEarliest: boolean;
  holdSeconds: number;
  zone: string;
  log: { warn(message: string): void };
};

type Double = { show: string; seat: string; bookings: string };

/**
 * Prepares a database of the reference, which sells seats twice and never expires holds, for the constraint
 * of migration 22. Runs inside the migration's transaction. Throws a StartFault that lists the seats of
 * coming shows that were sold twice, unless the option to keep the earliest is set.
 */
export async function takeOver(
  client: Client,
  { keepEarliest, holdSeconds, zone, log }: TakeOver,
): Promise<void> {
  await client.query(END_HOLDS, [holdSeconds]);
  await client.query(DROP_REPEATS);
  const { rows } = await client.query<Double>(LIST_DOUBLES, [zone]);
  if (rows.length === 0) return;
  const list = rows.map(({ show, seat, bookings }) => `  ${show}, seat ${seat}: ${bookings}`).join('\n');
  if (!keepEarliest) {
    throw new StartFault(
      `these seats of coming shows are sold more than once; nothing was changed:\n${list}\n` +
        'settle them by hand, or keep the earliest booking of each and refund the others: npm run migrate -- up --keep-earliest',
    );
  }
  await client.query(KEEP_EARLIEST, [zone]);
  log.warn(`the first booking of each keeps its seat; refund the others:\n${list}`);
}

// Until migration 23 a deleted booking would lose its payments. So it loses only its seats here, and the
// program deletes it later.
const END_HOLDS = `
  with over as (
    select booking.id
    from booking
    left join pending_booking_tracker tracker on tracker.booking_id = booking.id
    where booking.status = 'Pending'
      and coalesce(tracker.expiration_time, booking.booking_time + make_interval(secs => $1)) <= now()
  ),
  freed as (
    delete from booking_seat_mapping
    using over
    where booking_id = over.id
  )
  delete from booking
  using over
  where booking.id = over.id
    and not exists (select from payment_transaction payment where payment.booking_id = over.id)`;

const DROP_REPEATS = `
  delete from booking_seat_mapping repeat
  using booking_seat_mapping first
  where first.booking_id = repeat.booking_id
    and first.seat_number = repeat.seat_number
    and first.id < repeat.id`;

const SHOW_IS_COMING = `(show.date + slot.end_time
  + case when slot.end_time <= slot.start_time then interval '1 day' else interval '0' end) at time zone $1 > now()`;

const LIST_DOUBLES = `
  select format('show %s on %s at %s', show.id, show.date, to_char(slot.start_time, 'HH24:MI')) as show,
    seat.seat_number as seat,
    string_agg(
      format('booking %s (%s, %s, %s)', booking.id, booking.status,
        coalesce(customer.name, walk_in.name, 'name unknown'), coalesce(customer.number, walk_in.number, 'no phone')),
      '; ' order by booking.booking_time, booking.id
    ) as bookings
  from booking_seat_mapping seat
  join booking on booking.id = seat.booking_id
  join show on show.id = booking.show_id
  join slot on slot.id = show.slot_id
  left join customertable customer on customer.username = booking.customer_username
  left join admin_booked_customer walk_in on walk_in.booking_id = booking.id
  where ${SHOW_IS_COMING}
  group by show.id, show.date, slot.start_time, seat.seat_number
  having count(*) > 1
  order by show.date, slot.start_time, seat.seat_number`;

const KEEP_EARLIEST = `
  delete from booking_seat_mapping
  using (
    select seat.id,
      row_number() over (
        partition by booking.show_id, seat.seat_number
        order by booking.booking_time, booking.id
      ) as place
    from booking_seat_mapping seat
    join booking on booking.id = seat.booking_id
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    where ${SHOW_IS_COMING}
  ) later
  where later.id = booking_seat_mapping.id
    and later.place > 1`;
