import type { Movies } from '../movies/movies.ts';
import { isViolation, type Pool } from '../platform/database/db.ts';
import { FOREIGN_KEY_VIOLATION } from '../platform/database/db-errors.ts';
import { hasPaise, moneyOut, type Decimal } from '../platform/money.ts';
import {
  invalidCost,
  invalidMovie,
  invalidShowDate,
  invalidSlot,
  pastDatetime,
  slotNotAvailable,
} from './errors.ts';
import { findSlotOn, fitsShow, insertShow, isBeyondYears } from './queries.ts';

const DEAREST = 3_000;
const YEARS_AHEAD = 10;

export type ShowOrder = { movieId: string; date: string; slotId: number; cost: Decimal };
export type ScheduleNeeds = { pool: Pool; movies: Movies; zone: string };

/** Puts a show into a free slot. Throws its refusals in the order of api.md. */
export async function schedule(
  { pool, movies, zone }: ScheduleNeeds,
  { movieId, date, slotId, cost }: ShowOrder,
) {
  // Probably a typing error, like the other dates that no show can have.
  if (await isBeyondYears(pool, date, { years: YEARS_AHEAD, zone })) throw invalidShowDate();
  checkCost(cost);
  const slot = await findSlotOn(pool, slotId, date, zone);
  if (!slot) throw invalidSlot();
  if (slot.isPast) throw pastDatetime();
  if (slot.isTaken) throw slotNotAvailable(date);
  if (!fitsShow(movieId) || !(await movies.find(movieId))) throw invalidMovie();
  const id = await insertShow(pool, { movieId, date, slotId, cost: cost.toFixed(2) }).catch(whatHasGone);
  if (id === undefined) throw slotNotAvailable(date);
  return { id, movie: movieId, slot, date, cost: moneyOut(cost) };
}

/** An operator has removed the slot since it was read. */
function whatHasGone(error: unknown): never {
  throw isViolation(error, FOREIGN_KEY_VIOLATION) ? invalidSlot() : error;
}

function checkCost(cost: Decimal): void {
  if (cost.lessThanOrEqualTo(0)) throw invalidCost('be greater than 0');
  if (cost.greaterThan(DEAREST)) throw invalidCost(`be less than or equal to ${DEAREST}`);
  if (!hasPaise(cost)) throw invalidCost('have at most two decimals');
}
