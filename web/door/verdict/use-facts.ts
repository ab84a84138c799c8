import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { findBookings } from '../../api/desk-routes.ts';
import { readShow } from '../../api/routes.ts';
import { factsOf } from './describe.ts';
import type { Scan } from '../scans/outbox.ts';
import type { TicketFacts } from './ticket-facts.ts';

/** What is known of a scan's booking: from its ticket, or, where somebody typed a number, from the server. */
export function useFacts(scan: Scan): TicketFacts | undefined {
  const found = useSignal<TicketFacts | undefined>(undefined);
  const fromTicket = factsOf(scan.shown);
  const id = 'booking_id' in scan.shown && scan.state === 'answered' ? scan.shown.booking_id : undefined;
  useEffect(() => {
    if (id === undefined) return undefined;
    const leaving = new AbortController();
    void lookUp(id, leaving.signal).then((facts) => {
      if (!leaving.signal.aborted) found.value = facts;
    });
    return () => leaving.abort();
  }, [id]);
  return fromTicket ?? found.value;
}

async function lookUp(id: number, signal: AbortSignal): Promise<TicketFacts | undefined> {
  const { data } = await findBookings({ query: String(id), limit: 1, before: id + 1 }, signal);
  const booking = data?.bookings.find(({ booking_id }) => booking_id === id);
  if (!booking) return undefined;
  const { data: show } = await readShow(booking.show_id, signal);
  return {
    id,
    movie: show?.movie.name ?? '',
    date: booking.show_date,
    time: booking.show_time.slice(0, 5),
    seats: booking.seat_numbers,
  };
}
