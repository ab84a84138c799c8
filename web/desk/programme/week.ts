import type { Schedule, ScheduledShow, Slot } from '../../api/office-routes.ts';
import { addDays } from '../../text/formats.ts';

export const WEEK_DAYS = 7;

/** A slot of a day, with the show that it has. */
export type Cell = { date: string; slot: Slot; show: ScheduledShow | undefined; isPast: boolean };
export type Day = { date: string; cells: Cell[] };
/** The shows of some days, by day and slot. */
export type Board = ReadonlyMap<string, ScheduledShow>;

/** The Monday of a date's week. */
export function mondayOf(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}

/** The dates of so many days. */
export const datesFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => addDays(first, at));

const placeOf = (date: string, slotId: number) => `${date.slice(0, 10)} ${slotId}`;
export const boardOf = (shows: readonly ScheduledShow[]): Board =>
  new Map(shows.map((show) => [placeOf(show.date, show.slot.id), show]));
export const showAt = (board: Board, date: string, slot: Pick<Slot, 'id'>): ScheduledShow | undefined =>
  board.get(placeOf(date, slot.id));

/** Whether a slot has begun. `now` is the time on the cinema's clock. */
export const isPast = (date: string, slot: Pick<Slot, 'startTime'>, now: string): boolean =>
  `${date}T${slot.startTime.slice(0, 8)}` <= now;

/** The time on the cinema's clock so long after it was read. */
export const laterOn = (now: string, elapsedMs: number): string =>
  new Date(Date.parse(`${now}Z`) + Math.max(0, elapsedMs)).toISOString().slice(0, 19);

/** A week by day and slot. */
export function weekOf(
  { slots, shows }: Pick<Schedule, 'slots' | 'shows'>,
  monday: string,
  now: string,
): Day[] {
  const board = boardOf(shows);
  return datesFrom(monday, WEEK_DAYS).map((date) => ({
    date,
    cells: slots.map((slot) => ({
      date,
      slot,
      show: showAt(board, date, slot),
      isPast: isPast(date, slot, now),
    })),
  }));
}
