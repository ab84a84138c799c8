import type { Pool, Sql } from '../database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import type { Once } from '../idempotency/idempotency.ts';
import { moneyOut } from '../platform/money.ts';
import { showNotFound } from '../shows/shows.ts';
import {
  findClaimFaults,
  insertHold,
  isClaimRefused,
  type Hold,
  type HoldOrder,
  type Wish,
} from './claim.ts';
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

export type HoldWish = { username: string; showId: number; seats: readonly string[] };

/** Holds all the seats for the customer or none. Throws the refusals of api.md in its order. */
export async function hold(pool: Pool, wish: HoldWish, rules: HoldRules, once: Once) {
  checkSeatList(wish.seats);
  const order = { ...wish, ...rules };
  const isPlain = rules.maxSeatsHeld === 0 && !once.keyed;
  const claim = isPlain ? insertHold(pool, order) : holdInTransaction(pool, order, once);
  const held = await orWhyNot(pool, order, claim);
  if (!held) throw (await claimRefusal(pool, order)) ?? seatsUnavailable();
  return { date: held.date, answer: answerOf(held, order) };
}

const answerOf = (held: Hold, { showId, seats, holdSeconds }: HoldOrder) => ({
  message: 'Booking initialized successfully',
  data: {
    booking_id: held.id,
    show_id: showId,
    seat_numbers: [...seats],
    amount_due: moneyOut(held.amountDue),
    expiration_time: held.endsAt.toISOString(),
    time_remaining_ms: holdSeconds * 1_000,
  },
});

/** At most ten seats, each named once. Throws TOO_MANY_SEATS, DUPLICATE_SEATS. */
export function checkSeatList(seats: readonly string[]): void {
  if (seats.length > MOST_SEATS) throw tooManySeats();
  const twice = seats.find((seat, place) => seats.indexOf(seat) !== place);
  if (twice !== undefined) throw duplicateSeats(twice);
}

/** The limit counts what is held after the claim, one claim of a customer and show at a time. */
function holdInTransaction(
  pool: Pool,
  order: HoldOrder & { maxSeatsHeld: number },
  once: Once,
): Promise<Hold | undefined> {
  const { username, showId, maxSeatsHeld } = order;
  return pool.transaction(async (tx) => {
    if (maxSeatsHeld > 0) await lockHolder(tx, username, showId);
    const held = await insertHold(tx, order);
    if (!held) return undefined;
    if (maxSeatsHeld > 0 && (await countHeldSeats(tx, username, showId)) > maxSeatsHeld) {
      throw holdLimitReached(maxSeatsHeld);
    }
    await once.remember(tx, answerOf(held, order));
    return held;
  });
}

/** The outcome of a claim. Throws why, where not all its seats could be had. */
export async function orWhyNot<T>(on: Sql, wish: Wish, claim: Promise<T>): Promise<T> {
  try {
    return await claim;
  } catch (error) {
    if (!isClaimRefused(error)) throw error;
    throw (await claimRefusal(on, wish)) ?? seatsUnavailable();
  }
}

/** Why these seats cannot be claimed as things stand now; none where a rival has let them go again meanwhile. */
export async function claimRefusal(on: Sql, wish: Wish): Promise<Refusal | undefined> {
  const faults = await findClaimFaults(on, wish);
  if (!faults) return showNotFound(wish.showId);
  if (faults.started) return showAlreadyStarted();
  if (faults.taken) return seatsUnavailable();
  return faults.unknownSeat === null ? undefined : invalidSeat(faults.unknownSeat);
}
