import type { Pool, Sql } from '../platform/db.ts';
import type { Refusal } from '../platform/errors.ts';
import { moneyOut } from '../platform/money.ts';
import { showNotFound } from '../shows/shows.ts';
import { findClaimFaults, insertHold, type Hold, type HoldOrder, type Wish } from './claim.ts';
import {
  duplicateSeats,
  holdLimitReached,
  invalidSeat,
  seatsUnavailable,
  showAlreadyStarted,
  tooManySeats,
} from './errors.ts';
import { countHeldSeats, lockHolder } from './queries.ts';

export const MOST_SEATS = 10;

export type HoldRules = { holdSeconds: number; maxSeatsHeld: number; zone: string };

/** Holds all the seats for the customer or none. Throws the refusals of api.md in its order. */
export async function hold(
  pool: Pool,
  wish: { username: string; showId: number; seats: readonly string[] },
  { maxSeatsHeld, ...rules }: HoldRules,
) {
  checkSeatList(wish.seats);
  const order = { ...wish, ...rules };
  const held = maxSeatsHeld > 0 ? await holdWithin(pool, order, maxSeatsHeld) : await insertHold(pool, order);
  if (!held) throw (await claimRefusal(pool, order)) ?? seatsUnavailable();
  return {
    date: held.date,
    booking: {
      booking_id: held.id,
      show_id: wish.showId,
      seat_numbers: [...wish.seats],
      amount_due: moneyOut(held.amountDue),
      expiration_time: held.endsAt.toISOString(),
      time_remaining_ms: rules.holdSeconds * 1_000,
    },
  };
}

/** At most ten seats, each named once. Throws TOO_MANY_SEATS, DUPLICATE_SEATS. */
export function checkSeatList(seats: readonly string[]): void {
  if (seats.length > MOST_SEATS) throw tooManySeats();
  const twice = seats.find((seat, place) => seats.indexOf(seat) !== place);
  if (twice !== undefined) throw duplicateSeats(twice);
}

/** The limit counts what is held after the claim, one claim of a customer and show at a time. */
function holdWithin(pool: Pool, order: HoldOrder, maxSeatsHeld: number): Promise<Hold | undefined> {
  return pool.transaction(async (tx) => {
    await lockHolder(tx, order.username, order.showId);
    const held = await insertHold(tx, order);
    if (!held) return undefined;
    const seats = await countHeldSeats(tx, order.username, order.showId);
    if (seats > maxSeatsHeld) throw holdLimitReached(maxSeatsHeld);
    return held;
  });
}

/** Why these seats cannot be claimed as things stand now; none where a rival has let them go again meanwhile. */
export async function claimRefusal(on: Sql, wish: Wish): Promise<Refusal | undefined> {
  const faults = await findClaimFaults(on, wish);
  if (!faults) return showNotFound(wish.showId);
  if (faults.started) return showAlreadyStarted();
  if (faults.taken) return seatsUnavailable();
  return faults.unknownSeat === null ? undefined : invalidSeat(faults.unknownSeat);
}
