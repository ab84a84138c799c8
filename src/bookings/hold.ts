import { customerNotFound } from '../customers/customers.ts';
import { isViolation, type Pool, type Sql } from '../platform/database/db.ts';
import { FOREIGN_KEY_VIOLATION } from '../platform/database/db-errors.ts';
import type { Once } from '../idempotency/idempotency.ts';
import { moneyOut } from '../platform/money.ts';
import { claimRefusal, insertHold, isClaimRefused, type Hold, type HoldOrder, type Wish } from './claim.ts';
import { duplicateSeats, seatsUnavailable, tooManySeats } from './errors.ts';
import { lockHolder } from './queries.ts';

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

/** The limit counts what is held when the claim begins, one claim of a customer and show at a time. */
function holdInTransaction(pool: Pool, order: HoldOrder, once: Once): Promise<Hold> {
  const { username, showId, maxSeatsHeld } = order;
  return pool.transaction(async (tx) => {
    if (maxSeatsHeld > 0) await lockHolder(tx, username, showId);
    const held = await insertHold(tx, order);
    await once.remember(tx, answerOf(held, order));
    return held;
  });
}

/** The outcome of a claim. Throws why, where a rival was faster, or what it names was removed in the same moment. */
export async function orWhyNot<T>(on: Sql, wish: Wish, claim: Promise<T>): Promise<T> {
  try {
    return await claim;
  } catch (error) {
    if (isClaimRefused(error)) throw (await claimRefusal(on, wish)) ?? seatsUnavailable();
    if (!isViolation(error, FOREIGN_KEY_VIOLATION)) throw error;
    const isNoCustomer = isViolation(error, FOREIGN_KEY_VIOLATION, 'fk_booking_customer_username');
    throw (await claimRefusal(on, wish)) ?? (isNoCustomer ? customerNotFound() : seatsUnavailable());
  }
}
