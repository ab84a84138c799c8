import { useEffect, useState } from 'preact/hooks';
import { readBookings, type Booking } from '../api/routes.ts';
import { list } from '../text/formats.ts';
import { text } from '../text/text.ts';
import type { HallModel } from './model.ts';

/** What this customer holds unpaid in a show; the newest of several. */
export async function readOwnHold(showId: number, signal?: AbortSignal): Promise<Booking | undefined> {
  const { data } = await readBookings(signal);
  return data?.find(({ show_id, status }) => show_id === showId && status === 'Pending');
}

/** Says that seats are held already, and leads to their payment. */
export function OwnHold({ showId, model }: { showId: number; model: HallModel }) {
  const [own, setOwn] = useState<Booking>();
  useEffect(() => {
    const leaving = new AbortController();
    void readOwnHold(showId, leaving.signal).then((found) => {
      if (!found || leaving.signal.aborted) return;
      model.ownHeld(found.seat_numbers);
      setOwn(found);
    });
    return () => leaving.abort();
  }, [showId, model]);
  if (!own) return null;
  return (
    <p class="notice">
      {text.hall.ownHold(list(own.seat_numbers))}{' '}
      <a href={`/app/pay/${own.booking_id}`}>{text.hall.resume}</a>
    </p>
  );
}
