import type { Programme } from '../../api/routes.ts';
import { cinemaTime } from '../../parts/cinema-clock.ts';
import { door } from '../../text/door.ts';
import { mediumDay, slotTime } from '../../text/formats.ts';
import type { Shown } from '../scans/kept-scans.ts';
import type { Scan } from '../scans/outbox.ts';
import { readFacts, type TicketFacts } from './ticket-facts.ts';

/** A moment on the cinema's clock; with its day where that is not today. */
export function timeAt(programme: Programme | undefined, at: number): string {
  const there = cinemaTime(programme, at);
  const [day = '', time = ''] = there.split('T');
  const today = programme?.today ?? day;
  return day === today ? slotTime(time) : `${mediumDay(day)}, ${slotTime(time)}`;
}

/** A show as a ticket names it. */
export const showOf = ({ movie, date, time }: Pick<TicketFacts, 'movie' | 'date' | 'time'>): string =>
  `${movie}, ${mediumDay(date)}, ${slotTime(time)}`;

/** What a scan says of itself. */
export const factsOf = (shown: Shown): TicketFacts | undefined =>
  'ticket' in shown ? readFacts(shown.ticket) : undefined;

/** The booking that a scan is about, where it is about one. */
export const numberOf = (shown: Shown): number | undefined =>
  'booking_id' in shown ? shown.booking_id : factsOf(shown)?.id;

/** A scan in a list: the number of its booking, or how many bookings it asks for. */
export function nameOf({ shown, details }: Pick<Scan, 'shown' | 'details'>): string {
  if ('booking_ids' in shown) return door.recent.many(shown.booking_ids.length);
  const id = numberOf(shown) ?? details[0]?.booking_id;
  return id === undefined ? door.recent.unread : door.recent.ticket(id);
}
