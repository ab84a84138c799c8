import { checkInBookings, listCheckIns, type CheckIn, type Judged } from '../bookings/bookings.ts';
import type { Once } from '../idempotency/idempotency.ts';
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

/** What the answer says of all outcomes together. */
export type Say = (sorted: Sorted) => string;
type Given = { message: string; data: Sorted };

/** The bookings to check in: by number, or one booking by a ticket that carries this nonce. */
type Shown = { ids: readonly number[]; nonce?: string | null; by: string };

/** Checks bookings in and groups them by outcome, in the order of the request. Repeated ids count once. */
export async function checkIn(
  { pool, zone }: CheckInNeeds,
  { ids: asked, ...shown }: Shown,
  { say, once }: { say: Say; once: Once },
): Promise<Given> {
  const ids = [...new Set(asked)];
  const bookings = { ids, ...shown, zone };
  if (!once.keyed) {
    const judged = await pool.transaction(({ last }) => checkInBookings(last, bookings));
    // The check-in is committed. A failure to read details about the other bookings must not turn it into an
    // error.
    const earlier = await findEarlier(pool, judged).catch(() => []);
    return answerOf(say, sort(detailsOf(ids, judged, earlier)));
  }
  return pool.transaction(async (tx) => {
    const [judged, key] = await Promise.all([checkInBookings(tx, bookings), once.lock(tx)]);
    const answer = answerOf(say, sort(detailsOf(ids, judged, await findEarlier(tx, judged))));
    await key.remember(tx.last, answer);
    return answer;
  });
}

const answerOf = (say: Say, data: Sorted): Given => ({ message: say(data), data });

/**
 * A second statement is needed. A statement that waited for another gate's check-in does not see the row
 * which that gate wrote.
 */
async function findEarlier(on: Sql, judged: readonly Judged[]): Promise<CheckIn[]> {
  const ids = judged.flatMap(({ id, outcome }) => (outcome === 'already_done' ? id : []));
  return ids.length === 0 ? [] : listCheckIns(on, ids);
}

function detailsOf(ids: readonly number[], judged: readonly Judged[], earlier: readonly CheckIn[]): Detail[] {
  const outcomes = new Map(judged.map(({ id, outcome }) => [id, outcome]));
  const before = new Map(earlier.map((row) => [row.id, row]));
  return ids.map((id) => detailOf(id, outcomes.get(id), before.get(id)));
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
export async function checkInOne(
  needs: CheckInNeeds,
  { id, ticket, by }: Presented,
  how: { say: Say; once: Once },
): Promise<Given> {
  if (!id === !ticket) throw invalidInput();
  if (id) return checkIn(needs, { ids: [id], by }, how);
  const read = needs.tickets.read(ticket ?? '');
  if (read.isGood) return checkIn(needs, { ids: [read.bookingId], nonce: read.nonce, by }, how);
  const { bookingId, reason } = read;
  const detail = { ...(bookingId !== undefined && { booking_id: bookingId }), reason };
  const answer = answerOf(how.say, sort([{ ...detail, outcome: 'invalid' }]));
  if (how.once.keyed) {
    await needs.pool.transaction(async (tx) => (await how.once.lock(tx)).remember(tx.last, answer));
  }
  return answer;
}
