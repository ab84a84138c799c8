import { checkInBookings } from '../bookings/bookings.ts';
import type { Sql } from '../database/db.ts';
import type { Tickets } from '../tickets/tickets.ts';
import { invalidInput } from './errors.ts';

export type DoorNeeds = { pool: Sql; zone: string; tickets: Tickets };
export type Sorted = { checked_in: number[]; already_done: number[]; invalid: number[] };

/** Checks bookings in and sorts them by what became of each, in the order asked, repeated ids once. */
export async function checkIn({ pool, zone }: DoorNeeds, asked: readonly number[]): Promise<Sorted> {
  const ids = [...new Set(asked)];
  const isNew = new Map((await checkInBookings(pool, ids, zone)).map(({ id, now }) => [id, now]));
  return {
    checked_in: ids.filter((id) => isNew.get(id) === true),
    already_done: ids.filter((id) => isNew.get(id) === false),
    invalid: ids.filter((id) => !isNew.has(id)),
  };
}

export type Presented = { id: number | undefined; ticket: string | undefined };

/**
 * Checks one booking in, by its id or by its scanned ticket. A text that is no paid ticket of ours is `invalid`, under
 * its number where one can be read. Throws INVALID_INPUT for neither and for both.
 */
export async function checkInOne(needs: DoorNeeds, { id, ticket }: Presented): Promise<Sorted> {
  if (!id === !ticket) throw invalidInput();
  if (id) return checkIn(needs, [id]);
  const { bookingId, isGood } = needs.tickets.read(ticket ?? '');
  const ids = bookingId === undefined ? [] : [bookingId];
  return isGood ? checkIn(needs, ids) : { checked_in: [], already_done: [], invalid: ids };
}
