import type { Sql } from '../platform/db.ts';
import { createReadyAnswers, type Fresh, type ReadyAnswers } from '../platform/ready-answers.ts';
import { showNotFound } from './errors.ts';
import { listSeats, type SeatRow } from './queries.ts';

/** A show whose seats were taken or freed. */
export type SeatChange = { showId: number; date: string };
export type Seats = {
  readonly maps: ReadyAnswers<number>;
  /** By date, or `today`; noted is whether customers may see that day. */
  readonly days: ReadyAnswers<string, { inReach: boolean }>;
  /** To be called after the commit and before the answer goes out, so that whoever was answered sees his write. */
  changed(change: SeatChange): void;
};

export function createSeats(): Seats {
  const maps = createReadyAnswers<number>();
  const days = createReadyAnswers<string, { inReach: boolean }>();
  return {
    maps,
    days,
    changed({ showId, date }) {
      maps.drop(showId);
      days.drop(date);
      days.drop('today');
    },
  };
}

/** The seat map as api.md writes it, good until the first hold in it ends. Throws SHOW_NOT_FOUND. */
export async function readSeatMap(pool: Sql, showId: number): Promise<Fresh> {
  const seats = await listSeats(pool, showId);
  if (seats.length === 0) throw showNotFound(showId);
  const rows = Map.groupBy(seats, ({ seatNumber }) => seatNumber.slice(0, 1));
  const seat_map = Object.fromEntries([...rows].map(([row, inRow]) => [row, inRow.map(seatOut)]));
  return {
    data: { seat_map },
    note: undefined,
    goodForMs: firstChange(seats.map(({ changesInMs }) => changesInMs)),
  };
}

const seatOut = ({ seatNumber, type, price, occupied }: SeatRow) => ({
  column: seatNumber.slice(1),
  occupied,
  price,
  seat_number: seatNumber,
  type,
});

/** Milliseconds until the first of these holds ends; those that have ended already change nothing more. */
export function firstChange(changes: readonly (number | null)[]): number {
  return Math.min(...changes.filter((ms) => ms !== null && ms > 0).map(Number), Number.POSITIVE_INFINITY);
}
