import type { Booking, Programme, Show } from '../api/routes.ts';
import { addDays } from '../text/formats.ts';

type Today = {
  today: string;
  shows: readonly Pick<Programme['shows'][number], 'id' | 'date' | 'slot' | 'startsAt'>[];
};

/** The cinema's time at a moment, as `2026-04-27T16:30:00`. */
export function cinemaTime(programme: Today | undefined, at: number): string {
  const [show] = programme?.shows ?? [];
  const reader = new Date(at);
  // The API names no time zone, but each show of the programme has its start in both times.
  if (!show)
    return `${programme?.today ?? reader.toLocaleDateString('sv')}T${reader.toLocaleTimeString('sv')}`;
  const zoneMs = Date.parse(`${clockOf(show.date, show.slot.startTime)}Z`) - Date.parse(show.startsAt);
  return new Date(at + zoneMs).toISOString().slice(0, 19);
}

/** When a show ends, on the cinema's clock. A slot that ends at or after midnight ends on the next day. */
export function endOf({ date, slot: { startTime, endTime } }: Pick<Show, 'date' | 'slot'>): string {
  return clockOf(endTime <= startTime ? addDays(date, 1) : date, endTime);
}

/** Whether a booking's show has ended. Where it is not among these shows, its start counts. */
export function isPast(
  booking: Pick<Booking, 'show_id' | 'show_date' | 'show_time'>,
  shows: readonly Pick<Show, 'id' | 'date' | 'slot'>[],
  now: string,
): boolean {
  const show = shows.find(({ id }) => id === booking.show_id);
  return (show ? endOf(show) : clockOf(booking.show_date, booking.show_time)) <= now;
}

const clockOf = (date: string, time: string) => `${date.slice(0, 10)}T${time.slice(0, 8)}`;
