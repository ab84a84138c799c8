import { list } from '../text/formats.ts';
import { text } from '../text/text.ts';
import type { OwnHolds } from './own-holds.ts';

/** Says which seats are held already, and leads to their payment. */
export function OwnHoldNotice({ own }: { own: OwnHolds }) {
  return (
    <>
      {own.holds.value.map(({ booking_id, seat_numbers }) => (
        <p key={booking_id} class="notice">
          {text.hall.ownHold(list(seat_numbers))} <a href={`/app/pay/${booking_id}`}>{text.hall.resume}</a>
        </p>
      ))}
    </>
  );
}
