import { FOREIGN_KEY_VIOLATION } from '../platform/database/db-errors.ts';
import { isViolation, maybeOne, sql, type Sql, type Statement, type Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import { customerNotFound } from '../customers/customers.ts';
import { seatPrice, showNotFound, startsAt } from '../shows/shows.ts';
import { duplicateSeats, invalidSeat, seatsUnavailable, showAlreadyStarted, tooManySeats } from './errors.ts';

export const MOST_SEATS = 10;

/** Seats that a customer wants of a show; `zone` is the cinema's. */
export type Wish = { showId: number; seats: readonly string[]; zone: string };

/** At most ten seats, each named once. Throws TOO_MANY_SEATS, DUPLICATE_SEATS. */
export function checkSeatList(seats: readonly string[]): void {
  if (seats.length > MOST_SEATS) throw tooManySeats();
  const twice = seats.find((seat, place) => seats.indexOf(seat) !== place);
  if (twice !== undefined) throw duplicateSeats(twice);
}

/**
 * `select` of a show and the facts that decide a claim of its seats: `id`, `date`, `start_time`, `price` of
 * the seats, `known` (the seats that exist), `started` and `taken`. No row if the show does not exist.
 */
export const claimFacts = ({ showId, seats, zone }: Wish): Statement => sql`
      select show.id, show.date, slot.start_time, wanted.*, ${startsAt(zone)} <= clock_timestamp() as started,
        exists (
          select from booking_seat_mapping held
          where held.show_id = show.id and held.seat_number = any (${seats})
            and (held.held_until is null or held.held_until > clock_timestamp())
        ) as taken
      from show
      join slot on slot.id = show.slot_id
      cross join lateral (
        select sum(${seatPrice}) as price, coalesce(array_agg(seat.seat_number::text), '{}') as known
        from seat where seat.seat_number = any (${seats})
      ) wanted
      where show.id = ${showId}`;

/**
 * `insert` of the seats for the booking in the clause that `booking` names (`id`, `show_id`, `held_until`).
 * It claims each seat that is free or whose hold has expired; the locked row itself decides. It returns a row
 * for each seat. Rows are locked in the order of their numbers, so claims cannot deadlock.
 */
export const claimSeats = ({ booking, seats }: { booking: Statement; seats: readonly string[] }) => sql`
      insert into booking_seat_mapping as held (booking_id, show_id, seat_number, held_until)
      select booking.id, booking.show_id, seat.seat_number, booking.held_until
      from ${booking} booking
      join seat on seat.seat_number = any (${seats})
      order by seat.seat_number
      on conflict (show_id, seat_number) do update
        set booking_id = excluded.booking_id, held_until = excluded.held_until
        where held.held_until <= clock_timestamp()
      returning 1`;

// refuse_claim() of migration 22 raises this code when a seat could not be claimed. The whole statement is
// then undone.
const CLAIM_REFUSED = 'SF001';

/** The facts that can refuse a claim. */
export type Obstacles = { started: boolean; taken: boolean; known: readonly string[] };

/**
 * Awaits a claim. If it fails because another claim was faster or a row was deleted, throws the refusal that
 * explains why.
 */
export async function explainRefusal<T>(on: Sql, wish: Wish, claim: Promise<T>): Promise<T> {
  try {
    return await claim;
  } catch (error) {
    const isNoCustomer = isViolation(error, FOREIGN_KEY_VIOLATION, 'fk_booking_customer_username');
    if (!isViolation(error, CLAIM_REFUSED) && !isViolation(error, FOREIGN_KEY_VIOLATION)) throw error;
    const obstacles = await maybeOne<Obstacles>(on, claimFacts(wish));
    // The faster claim may have been cancelled since; then no fact explains the refusal.
    throw refusalOfClaim(wish, obstacles) ?? (isNoCustomer ? customerNotFound() : seatsUnavailable());
  }
}

/** The first refusal in the order of api.md; none if nothing prevents the claim. */
export function refusalOfClaim(
  { showId, seats }: Wish,
  obstacles: Obstacles | undefined,
): Refusal | undefined {
  if (!obstacles) return showNotFound(showId);
  if (obstacles.started) return showAlreadyStarted();
  if (obstacles.taken) return seatsUnavailable();
  const unknown = seats.find((seat) => !obstacles.known.includes(seat));
  return unknown === undefined ? undefined : invalidSeat(unknown);
}

export type Lost = Omit<Wish, 'zone'> & { id: number; username: string };

/**
 * Writes an expired booking again under its old number, as a hold of one minute. Fails if its seats are
 * taken.
 */
export async function reviveBooking(tx: Tx, { id, username, seats, showId }: Lost): Promise<void> {
  await tx.run(sql`
    with booked as (
      insert into booking (id, date, show_id, customer_username, no_of_seats, amount_paid, payment_type)
      select ${id}, show.date, show.id, ${username}, ${seats.length}, sum(${seatPrice}), 'Card'
      from show
      join seat on seat.seat_number = any (${seats})
      where show.id = ${showId}
      group by show.id
      returning id, show_id, clock_timestamp() + interval '1 minute' as held_until
    ),
    claimed as (${claimSeats({ booking: sql`booked`, seats })}
    )
    insert into pending_booking_tracker (booking_id, expiration_time, seats_marked)
    select id, held_until, true
    from booked`);
}
