import type { Sql } from '../platform/database/db.ts';
import type { Faults } from '../platform/process/faults.ts';
import type { Log } from '../platform/log.ts';
import type { Machine, Topic } from '../platform/process/machine.ts';
import { createAnswerCache, type AnswerCache, type Content } from '../platform/http/answer-cache.ts';
import { showNotFound } from './errors.ts';
import { listSeats, type SeatRow } from './queries.ts';

/** A show whose seats were taken or freed. */
export type SeatChange = { showId: number; date: string };

/** For what comes from other processes and machines. */
export const isSeatChange = (item: unknown): item is SeatChange =>
  typeof item === 'object' &&
  item !== null &&
  'showId' in item &&
  Number.isSafeInteger(item.showId) &&
  'date' in item &&
  typeof item.date === 'string';

const SEAT_CHANGES: Topic<SeatChange> = { name: 'seats', isItem: isSeatChange };

type Listener = (change: SeatChange) => void;

export type Seats = {
  readonly maps: AnswerCache<number, Occupied>;
  /** By date, or `today`; noted is whether customers may see that day. */
  readonly days: AnswerCache<string, { inReach: boolean }>;
  /** Slots that are free by date, or `today`, or `all` of them. */
  readonly slots: AnswerCache<string>;
  /**
   * To be called after the commit and awaited before the answer goes out, so that whoever was answered sees his write
   * on every process of this machine. Other machines are told soon after. It never fails: what was committed is done.
   */
  changed(change: SeatChange): Promise<void>;
  /** Changes of whatever process or machine, as they become known. */
  onChange(listener: Listener): () => void;
  /** Another machine has written. */
  heard(changes: readonly SeatChange[]): void;
  /** Notices may have been lost. */
  forgetAll(): void;
};
/** The seats that are taken, in order, and those of them that are held: they may come back. */
export type Occupied = { occupied: string[]; held: string[] };

type SeatNeeds = {
  machine: Machine;
  log: Log;
  faults: Faults;
  tellOthers: (change: SeatChange) => void;
};

export function createSeats({ machine, log, faults, tellOthers }: SeatNeeds): Seats {
  const maps = createAnswerCache<number, Occupied>('seat maps', log);
  const days = createAnswerCache<string, { inReach: boolean }>('days', log);
  const slots = createAnswerCache<string>('slots', log);
  const listeners = new Set<Listener>();

  const apply = (change: SeatChange) => {
    maps.drop(change.showId);
    for (const answers of [days, slots]) {
      answers.drop(change.date);
      answers.drop('today');
    }
    for (const listener of listeners) listener(change);
  };
  machine.onBroadcast(SEAT_CHANGES, (changes) => changes.forEach(apply));

  return {
    maps,
    days,
    slots,
    changed(change) {
      apply(change);
      tellOthers(change);
      return machine.broadcast(SEAT_CHANGES, change);
    },
    onChange(listener) {
      const guarded = faults.guard('stream', listener);
      listeners.add(guarded);
      return () => void listeners.delete(guarded);
    },
    heard: (changes) => changes.forEach(apply),
    forgetAll() {
      maps.clear();
      days.clear();
      slots.clear();
    },
  };
}

/** The seat map as api.md writes it, good until the first hold in it ends. Throws SHOW_NOT_FOUND. */
export async function readSeatMap(pool: Sql, showId: number): Promise<Content<Occupied>> {
  const seats = await listSeats(pool, showId);
  if (seats.length === 0) throw showNotFound(showId);
  const rows = Map.groupBy(seats, ({ seatNumber }) => seatNumber.slice(0, 1));
  const seat_map = Object.fromEntries([...rows].map(([row, inRow]) => [row, inRow.map(seatOut)]));
  return {
    data: { seat_map },
    facts: {
      occupied: seats.filter(({ occupied }) => occupied).map(({ seatNumber }) => seatNumber),
      held: seats.filter(({ held }) => held).map(({ seatNumber }) => seatNumber),
    },
    validForMs: firstChange(seats.map(({ changesInMs }) => changesInMs)),
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
