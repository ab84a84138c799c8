import { useState } from 'preact/hooks';
import type { FoundBooking } from '../api/desk-routes.ts';
import { isPaid } from '../checkout/pay.ts';
import { useLoaded } from '../parts/loading.tsx';
import { list, mediumDay, money, slotTime, toPaise } from '../text/formats.ts';
import { desk } from '../text/desk.ts';
import { text } from '../text/text.ts';
import { TicketDialog } from './print/ticket-dialog.tsx';
import { readShowOnce } from './shows-read.ts';

/** A booking as staff find it. */
export function FoundRow({ booking }: { booking: FoundBooking }) {
  const { booking_id, show_id, show_date, show_time, seat_numbers, amount_paid, payment_type, status } =
    booking;
  const [isOpen, setOpen] = useState(false);
  const show = useLoaded(() => readShowOnce(show_id), show_id);
  return (
    <li class="card found-row">
      <h3>{text.ticket.number(booking_id)}</h3>
      <p class="who">
        <span dir="auto">{booking.customer_name}</span>
        <br />
        {booking.phone_number}
      </p>
      <p>
        <span dir="auto">{show.data?.movie.name ?? '…'}</span>
        <br />
        {mediumDay(show_date)}, {slotTime(show_time)}
      </p>
      <p>
        {list(seat_numbers)}
        <br />
        {money(toPaise(amount_paid))} {text.ticket.by(text.ticket.kinds[payment_type] ?? payment_type)}
      </p>
      <p class="state">
        <span class={`tag ${status}`}>{desk.find.statuses[status]}</span>
        {isPaid(booking) && (
          <button type="button" onClick={() => setOpen(true)}>
            {text.list.ticket} <span class="unseen">{booking_id}</span>
          </button>
        )}
        {isOpen && <TicketDialog booking={booking} onClose={() => setOpen(false)} />}
      </p>
    </li>
  );
}
