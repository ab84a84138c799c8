import { checkInBookings, listCheckIns, type CheckIn, type Judged } from '../bookings/bookings.ts';
import type { Pool, Sql } from '../platform/database/db.ts';
import type { Tickets } from '../tickets/tickets.ts';
import { invalidInput } from './errors.ts';

export type CheckInNeeds = { pool: Pool; zone: string; tickets: Tickets };
/** The reason why a booking is refused at the door: rules.md 7. */
export type Reason = 'forged' | 'not_paid' | 'too_early' | 'over' | 'unknown';
export type Detail = {
  booking_id?: number;
  outcome: 'checked_in' | 'already_done' | 'invalid';
  reason?: Reason;
  /** Of an earlier check-in, where they are known. */
  at?: string;
  by?: string;
};
export type Sorted = { checked_in: number[]; already_done: number[]; invalid: number[]; details: Detail[] };

/** The bookings to check in: by number, or one booking by a ticket that carries this nonce. */
type Shown = { ids: readonly number[]; nonce?: string | null; by: string };

/** Checks bookings in and groups them by outcome, in the order of the request. Repeated ids count once. */
export async function checkIn(
  { pool, zone }: CheckInNeeds,
  { ids: asked, ...shown }: Shown,
): Promise<Sorted> {
  const ids = [...new Set(asked)];
  const judged = await pool.transaction((tx) => checkInBookings(tx, { ids, ...shown, zone }));
  const outcomes = new Map(judged.map(({ id, outcome }) => [id, outcome]));
  const earlier = await findEarlier(
    pool,
    ids.filter((id) => outcomes.get(id) === 'already_done'),
  );
  return sort(ids.map((id) => detailOf(id, outcomes.get(id), earlier.get(id))));
}

/**
 * A second statement is needed. A statement that waited for another gate's check-in does not see the row
 * which that gate wrote.
 */
async function findEarlier(pool: Sql, ids: readonly number[]): Promise<Map<number, CheckIn>> {
  if (ids.length === 0) return new Map();
  // The check-in is committed. A failure to read details about the other bookings must not turn it into an
  // error.
  const found = await listCheckIns(pool, ids).catch(() => []);
  return new Map(found.map((row) => [row.id, row]));
}

function detailOf(id: number, outcome: Judged['outcome'] | undefined, earlier?: CheckIn): Detail {
  if (outcome === 'checked_in') return { booking_id: id, outcome };
  if (outcome === 'already_done') {
    return { booking_id: id, outcome, ...(earlier && { at: earlier.at.toISOString(), by: earlier.by }) };
  }
  return { booking_id: id, outcome: 'invalid', reason: outcome ?? 'unknown' };
}

function sort(details: Detail[]): Sorted {
  const idsOf = (outcome: Detail['outcome']) =>
    details.flatMap((detail) => (detail.outcome === outcome ? (detail.booking_id ?? []) : []));
  return {
    checked_in: idsOf('checked_in'),
    already_done: idsOf('already_done'),
    invalid: idsOf('invalid'),
    details,
  };
}

export type Presented = { id: number | undefined; ticket: string | undefined; by: string };

/**
 * Checks one booking in, by its id or by its scanned ticket. A text that is not a paid ticket of this cinema
 * is `invalid`; its number is given if it can be read. Throws INVALID_INPUT if the request has neither or
 * both.
 */
export async function checkInOne(needs: CheckInNeeds, { id, ticket, by }: Presented): Promise<Sorted> {
  if (!id === !ticket) throw invalidInput();
  if (id) return checkIn(needs, { ids: [id], by });
  const read = needs.tickets.read(ticket ?? '');
  if (read.isGood) return checkIn(needs, { ids: [read.bookingId], nonce: read.nonce, by });
  const { bookingId, reason } = read;
  return sort([{ ...(bookingId !== undefined && { booking_id: bookingId }), outcome: 'invalid', reason }]);
}
