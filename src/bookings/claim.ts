import { isViolation, maybeOne, sql, type Sql, type Statement, type Tx } from '../database/db.ts';
import { seatPrice, startsAt } from '../shows/shows.ts';

// refuse_claim() of migration 22 raises it when not all the seats could be had, which undoes the whole statement.
const CLAIM_REFUSED = 'SF001';

/** Seats that somebody wants of a show; `zone` is the cinema's. */
export type Wish = { showId: number; seats: readonly string[]; zone: string };

/** `offered`: the show, unless it has started; `asked`: those of the seats that exist, with their prices. */
const offer = ({ showId, seats, zone }: Wish): Statement => sql`
  offered as (
    select show.id, show.date
    from show
    join slot on slot.id = show.slot_id
    where show.id = ${showId}
      and ${startsAt(zone)} > clock_timestamp()
  ),
  asked as (${askedSeats({ showId, seats, zone })})`;

const askedSeats = ({ showId, seats }: Wish): Statement => sql`
    select seat.seat_number, ${seatPrice} as price
    from show
    join seat on seat.seat_number = any (${seats})
    where show.id = ${showId}`;

/**
 * Claims for `booked` the seats of `asked` that are free or whose hold is over, judged on the locked row itself.
 * Rows are locked in the order of their numbers, so that no two claims wait for each other in a ring.
 */
const claimSeats = sql`
  claimed as (
    insert into booking_seat_mapping as held (booking_id, show_id, seat_number, held_until)
    select booked.id, booked.show_id, asked.seat_number, booked.held_until
    from booked, asked
    order by asked.seat_number
    on conflict (show_id, seat_number) do update
      set booking_id = excluded.booking_id, held_until = excluded.held_until
      where held.held_until <= clock_timestamp()
    returning 1
  )`;

const allClaimed = (seats: readonly string[]) =>
  sql`case when (select count(*) from claimed) = ${seats.length} then true else refuse_claim() end as claimed`;

export type HoldOrder = Wish & { username: string; holdSeconds: number };
export type Hold = { id: number; date: string; amountDue: string; endsAt: Date };

/** Whether a claim failed because not all its seats could be had. A transaction that it was part of has failed too. */
export const isClaimRefused = (error: unknown) => isViolation(error, CLAIM_REFUSED);

/**
 * Holds all the seats or fails: booking, seats and tracker in one statement. Nothing where the show does not exist or
 * has started.
 */
export async function insertHold(on: Sql, order: HoldOrder): Promise<Hold | undefined> {
  const { username, seats, holdSeconds } = order;
  const statement = sql`
    with ${offer(order)},
    term as (
      select clock_timestamp() + make_interval(secs => ${holdSeconds}) as ends_at
    ),
    written as (
      insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, payment_type)
      select offered.date, offered.id, ${username}, ${seats.length}, coalesce((select sum(price) from asked), 0), 'Card'
      from offered
      returning id, date, show_id, amount_paid
    ),
    booked as (
      select written.*, term.ends_at as held_until
      from written, term
    ),
    ${claimSeats},
    tracked as (
      insert into pending_booking_tracker (booking_id, expiration_time, seats_marked)
      select id, held_until, true
      from booked
    )
    select id, date, amount_paid as "amountDue", held_until as "endsAt", ${allClaimed(seats)}
    from booked`;
  return maybeOne<Hold>(on, statement);
}

export type WalkInOrder = Wish & {
  customerName: string;
  phoneNumber: string;
  /** Two decimals; where absent, the price is paid. */
  amountPaid: string | undefined;
};
export type Sale = { id: number; date: string };

/** Sells all the seats for cash or fails, under the same claim as a hold. Nothing where the amount is not the price. */
export async function insertWalkIn(on: Sql, order: WalkInOrder): Promise<Sale | undefined> {
  const { seats, customerName, phoneNumber, amountPaid = null } = order;
  const statement = sql`
    with ${offer(order)},
    sold as (
      select nextval(pg_get_serial_sequence('booking', 'id')) as booking_id,
        nextval(pg_get_serial_sequence('admin_booked_customer', 'id')) as customer_id,
        total.price
      from offered, (select coalesce(sum(price), 0) as price from asked) total
      where coalesce(${amountPaid}::numeric, total.price) = total.price
    ),
    customer as (
      insert into admin_booked_customer (id, name, number, booking_id)
      select customer_id, ${customerName}, ${phoneNumber}, booking_id
      from sold
    ),
    booked as (
      insert into booking (id, date, show_id, customer_id, no_of_seats, amount_paid, status, payment_type)
      select sold.booking_id, offered.date, offered.id, sold.customer_id, ${seats.length}, sold.price,
        'Confirmed', 'Cash'
      from sold, offered
      returning id, date, show_id, null::timestamptz as held_until
    ),
    ${claimSeats}
    select id, date, ${allClaimed(seats)}
    from booked`;
  return maybeOne<Sale>(on, statement);
}

export type Lost = Wish & { id: number; username: string };

/** Writes a booking that has expired again, under its old number, as a hold of a minute, if its seats are free. */
export async function reviveBooking(tx: Tx, lost: Lost): Promise<void> {
  const { id, username, seats, showId } = lost;
  await tx.run(sql`
    with offered as (
      select show.id, show.date
      from show
      where show.id = ${showId}
    ),
    asked as (${askedSeats(lost)}),
    booked as (
      insert into booking (id, date, show_id, customer_username, no_of_seats, amount_paid, payment_type)
      select ${id}, offered.date, offered.id, ${username}, ${seats.length}, (select sum(price) from asked), 'Card'
      from offered
      returning id, show_id, clock_timestamp() + interval '1 minute' as held_until
    ),
    ${claimSeats}
    insert into pending_booking_tracker (booking_id, expiration_time, seats_marked)
    select id, held_until, true
    from booked`);
}

export type ClaimFaults = { started: boolean; taken: boolean; unknownSeat: string | null };

/** Why seats could not be claimed, as it stands now; none where there is no such show. */
export async function findClaimFaults(
  on: Sql,
  { showId, seats, zone }: Wish,
): Promise<ClaimFaults | undefined> {
  return maybeOne<ClaimFaults>(
    on,
    sql`
    select ${startsAt(zone)} <= clock_timestamp() as started,
      exists (
        select from booking_seat_mapping taken
        where taken.show_id = show.id
          and taken.seat_number = any (${seats})
          and (taken.held_until is null or taken.held_until > clock_timestamp())
      ) as taken,
      (
        select asked.number
        from unnest(${seats}::text[]) with ordinality as asked (number, place)
        where not exists (select from seat where seat.seat_number = asked.number)
        order by asked.place
        limit 1
      ) as "unknownSeat"
    from show
    join slot on slot.id = show.slot_id
    where show.id = ${showId}`,
  );
}
