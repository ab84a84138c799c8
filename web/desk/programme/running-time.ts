import type { Slot } from '../../api/office-routes.ts';
import { addDays, minutesOf } from '../../text/formats.ts';
import { showAt, type Board } from './week.ts';

const DAY_MINUTES = 24 * 60;

/** The minutes of a slot. One that ends at or after midnight ends on the next day. */
export function slotMinutes({ startTime, endTime }: Pick<Slot, 'startTime' | 'endTime'>): number {
  const minutes = clockMinutes(endTime) - clockMinutes(startTime);
  return minutes > 0 ? minutes : minutes + DAY_MINUTES;
}

/** By how many minutes a movie is longer than a slot; negative where time is left, undefined where it is not known. */
export function overrun(duration: string, slot: Pick<Slot, 'startTime' | 'endTime'>): number | undefined {
  const minutes = minutesOf(duration);
  return minutes === 0 ? undefined : minutes - slotMinutes(slot);
}

type Wanted = { date: string; slot: Slot; duration: string };

/** The name of a movie that begins before this one has ended. */
export function runsInto(
  { date, slot, duration }: Wanted,
  slots: readonly Slot[],
  board: Board,
): string | undefined {
  const startsAt = clockMinutes(slot.startTime);
  const endsAt = startsAt + minutesOf(duration);
  const met = [0, 1]
    .flatMap((days) =>
      slots.map((other) => ({ days, other, at: days * DAY_MINUTES + clockMinutes(other.startTime) })),
    )
    .filter(({ at }) => startsAt < at && at < endsAt)
    .map(({ days, other }) => showAt(board, addDays(date, days), other))
    .find((show) => show !== undefined);
  return met?.movie.name;
}

/** The name of a movie that began earlier, on the day before too, and has not ended when a slot begins. */
export function lastsInto(
  { date, slot }: Pick<Wanted, 'date' | 'slot'>,
  slots: readonly Slot[],
  board: Board,
): string | undefined {
  const startsAt = clockMinutes(slot.startTime);
  const met = [0, 1]
    .flatMap((days) =>
      slots.map((other) => ({
        show: showAt(board, addDays(date, -days), other),
        at: clockMinutes(other.startTime) - days * DAY_MINUTES,
      })),
    )
    .find(({ show, at }) => show && at < startsAt && at + minutesOf(show.movie.duration) > startsAt);
  return met?.show?.movie.name;
}

function clockMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
