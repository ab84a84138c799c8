import { isViolation, maybeOne, sql, type Sql, type Statement, type Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import { seatPrice, showNotFound, startsAt } from '../shows/shows.ts';
import { holdLimitReached, invalidSeat, seatsUnavailable, showAlreadyStarted } from './errors.ts';
import { heldSeats } from './queries.ts';

// refuse_claim() of migration 22 raises it when not all the seats could be had, which undoes the whole statement.
const CLAIM_REFUSED = 'SF001';

/** Seats that somebody wants of a show; `zone` is the cinema's. */
export type Wish = { showId: number; seats: readonly string[]; zone: string };

export type ClaimFaults = { started: boolean; taken: boolean; unknownSeat: string | null; limited: boolean };

/**
 * Why seats of a show cannot be claimed, as it stands now; no row where there is no such show. `limited`: whether it
 * would be more than the customer may have.
 */
const standingOf = ({ showId, seats, zone }: Wish, limited = sql`false`): Statement => sql`
    select show.id, show.date, ${startsAt(zone)} <= clock_timestamp() as started,
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
      ) as "unknownSeat",
      ${limited} as limited
    from show
    join slot on slot.id = show.slot_id
    where show.id = ${showId}`;

/**
 * `offered`: the show, unless one can see that the claim is in vain, which then writes nothing; `asked`: those of the
 * seats that exist, with their prices.
 */
export const offer = (wish: Wish, limited?: Statement): Statement => sql`
  standing as (${standingOf(wish, limited)}),
  offered as (
    select id, date
    from standing
    where not started
      and not taken
      and "unknownSeat" is null
      and not limited
  ),
  asked as (${askedSeats(wish)})`;

const askedSeats = ({ showId, seats }: Wish): Statement => sql`
    select seat.seat_number, ${seatPrice} as price
    from show
    join seat on seat.seat_number = any (${seats})
    where show.id = ${showId}`;

/**
 * Claims for `booked` the seats of `asked` that are free or whose hold is over, judged on the locked row itself.
 * Rows are locked in the order of their numbers, so that no two claims wait for each other in a ring.
 */
export const claimSeats = sql`
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

/** Fails where a rival was faster. */
export const allClaimed = (seats: readonly string[]) => sql`
    case
      when booked.id is null or (select count(*) from claimed) = ${seats.length} then true
      else refuse_claim()
    end as claimed`;

/** `maxSeatsHeld`: 0 is no limit; with one, whoever calls has locked the holder. */
export type HoldOrder = Wish & { username: string; holdSeconds: number; maxSeatsHeld: number };
export type Hold = { id: number; date: string; amountDue: string; endsAt: Date };

/** Whether a claim failed because not all its seats could be had. A transaction that it was part of has failed too. */
export const isClaimRefused = (error: unknown) => isViolation(error, CLAIM_REFUSED);

/**
 * Holds all the seats or fails: booking, seats and tracker in one statement. Throws why, where that could be seen, and
 * what isClaimRefused() knows where a rival was faster.
 */
export async function insertHold(on: Sql, order: HoldOrder): Promise<Hold> {
  const { username, showId, seats, holdSeconds, maxSeatsHeld } = order;
  const limited = sql`${heldSeats(username, showId)} + ${seats.length} > ${maxSeatsHeld}`;
  const statement = sql`
    with ${maxSeatsHeld > 0 ? offer(order, limited) : offer(order)},
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
    select booked.id, booked.date, booked.amount_paid as "amountDue", booked.held_until as "endsAt",
      started, taken, "unknownSeat", limited, ${allClaimed(seats)}
    from standing
    left join booked on true`;
  const held = await maybeOne<Claimed<Hold>>(on, statement);
  if (isMade(held)) return held;
  throw refusalOf(held, order) ?? holdLimitReached(maxSeatsHeld);
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

export type Claimed<Made> = ClaimFaults & (Made | { [field in keyof Made]: null });
export const isMade = <Made extends { id: number }>(
  outcome: Claimed<Made> | undefined,
): outcome is ClaimFaults & Made => outcome !== undefined && outcome.id !== null;

/** Why these seats cannot be claimed as things stand now; none where a rival has let them go again meanwhile. */
export async function claimRefusal(on: Sql, wish: Wish): Promise<Refusal | undefined> {
  return refusalOf(await maybeOne<ClaimFaults>(on, standingOf(wish)), wish);
}

export function refusalOf(faults: ClaimFaults | undefined, { showId }: Wish): Refusal | undefined {
  if (!faults) return showNotFound(showId);
  if (faults.started) return showAlreadyStarted();
  if (faults.taken) return seatsUnavailable();
  return faults.unknownSeat === null ? undefined : invalidSeat(faults.unknownSeat);
}
