import { signal } from '@preact/signals';
import type { SoldBooking } from '../../api/desk-routes.ts';
import type { Show } from '../../api/routes.ts';
import { list, longDay, money, slotTime, toPaise } from '../../text/formats.ts';
import { desk } from '../../text/desk.ts';
import { text } from '../../text/text.ts';
import { paper } from './paper.ts';

export type PrintedBooking = Pick<
  SoldBooking,
  | 'booking_id'
  | 'show_id'
  | 'show_date'
  | 'show_time'
  | 'seat_numbers'
  | 'amount_paid'
  | 'payment_type'
  | 'customer_name'
>;
export type Printout = { booking: PrintedBooking; show: Show; code: string };

/** The tickets that can be printed now. The browser prints the last in place of the page: that of a dialog lies over the sale's. */
export const printouts = signal<readonly Printout[]>([]);

/** Seen on paper alone. */
export function Sheet() {
  const printout = printouts.value.at(-1);
  if (!printout) return null;
  const { booking, show, code } = printout;
  const words = text.ticket;
  return (
    <article class={`sheet ${paper.value}`} aria-hidden="true">
      <p class="sheet-brand">{text.brand}</p>
      <h2 dir="auto">{show.movie.name}</h2>
      <p>
        {longDay(booking.show_date)}
        <br />
        <strong>{slotTime(booking.show_time)}</strong>
      </p>
      <p class="sheet-seats">
        {words.seats} <strong>{list(booking.seat_numbers)}</strong>
      </p>
      <img class="sheet-code" src={code} alt="" width={256} height={256} />
      <p>{words.showAtDoor}</p>
      <p>
        {words.number(booking.booking_id)}
        <br />
        <span dir="auto">{booking.customer_name}</span>
        <br />
        {desk.print.paid(
          money(toPaise(booking.amount_paid)),
          words.kinds[booking.payment_type] ?? booking.payment_type,
        )}
      </p>
    </article>
  );
}
