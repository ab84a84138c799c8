import { batched } from '../platform/database/batched.ts';
import type { Sql } from '../platform/database/db.ts';
import type { Content, Unchanged } from '../platform/http/answer-cache.ts';
import { showNotFound } from './errors.ts';
import { listHallSeats, listTakenSeats, type HallSeat, type TakenSeats } from './taken.ts';

/** The seats that are taken, in order, and those of them that are held: they may come back. */
export type Occupied = { occupied: string[]; held: string[] };
/** `version` differs wherever the map does. */
export type SeatMapFacts = Occupied & { version: string };

// A map counts its age from its own statement, so it may be older by this; see LONGEST_MS of the cache.
const HALL_MS = 250;

/**
 * Reads seat maps: what is taken in all shows that are asked for at once is one statement, and the seats of the hall another
 * that many maps share. Throws SHOW_NOT_FOUND.
 */
export function createSeatMapReader(pool: Sql) {
  const readTaken = batched(
    (showIds: number[]) => listTakenSeats(pool, showIds),
    ({ showId }) => showId,
  );
  const readHall = readOnceIn(HALL_MS, () => listHallSeats(pool));
  return async (showId: number, before?: SeatMapFacts): Promise<Content<SeatMapFacts> | Unchanged> => {
    const [hall, taken] = await Promise.all([readHall(), readTaken(showId)]);
    if (taken === undefined || hall.length === 0) throw showNotFound(showId);
    const validForMs = firstChange([taken.changesInMs]);
    const facts = factsOf(hall, taken);
    if (facts.version === before?.version) return { isUnchanged: true, validForMs };
    return { data: { seat_map: rowsOf(hall, taken) }, facts, validForMs };
  };
}

export type SeatMapReader = ReturnType<typeof createSeatMapReader>;

function factsOf(hall: readonly HallSeat[], { occupied, held, prices }: TakenSeats): SeatMapFacts {
  const inOrder = (seats: string[]) => {
    const wanted = new Set(seats);
    return hall.flatMap(({ seatNumber }) => (wanted.has(seatNumber) ? seatNumber : []));
  };
  const facts = { occupied: inOrder(occupied), held: inOrder(held) };
  return { ...facts, version: JSON.stringify([hall, prices, facts]) };
}

/** The seat map as api.md writes it. */
function rowsOf(hall: readonly HallSeat[], { occupied, prices }: TakenSeats) {
  const taken = new Set(occupied);
  const rows = Map.groupBy(hall, ({ seatNumber }) => seatNumber.slice(0, 1));
  const seatOut = ({ seatNumber, type }: HallSeat) => ({
    column: seatNumber.slice(1),
    occupied: taken.has(seatNumber),
    price: prices[type] ?? '',
    seat_number: seatNumber,
    type,
  });
  return Object.fromEntries([...rows].map(([row, inRow]) => [row, inRow.map(seatOut)]));
}

/** Milliseconds until the first of these holds ends; those that have ended already change nothing more. */
export function firstChange(changes: readonly (number | null)[]): number {
  return Math.min(...changes.filter((ms) => ms !== null && ms > 0).map(Number), Number.POSITIVE_INFINITY);
}

function readOnceIn<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let last: { askedAt: number; value: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last && now - last.askedAt < milliseconds) return last.value;
    const current = { askedAt: now, value: read() };
    current.value.catch(() => {
      if (last === current) last = undefined;
    });
    last = current;
    return current.value;
  };
}
