import { Dialog } from '../../parts/dialog.tsx';
import { list, money, toPaise } from '../../text/formats.ts';
import { text } from '../../text/text.ts';
import type { PrintedBooking } from './sheet.tsx';
import { TicketPrinter } from './ticket-printer.tsx';

/** A ticket that is printed again. */
export function TicketDialog({ booking, onClose }: { booking: PrintedBooking; onClose: () => void }) {
  return (
    <Dialog title={text.ticket.number(booking.booking_id)} onClose={onClose}>
      <p>
        <span dir="auto">{booking.customer_name}</span> · {list(booking.seat_numbers)} ·{' '}
        {money(toPaise(booking.amount_paid))}
      </p>
      <TicketPrinter booking={booking}>
        <button type="button" onClick={onClose}>
          {text.close}
        </button>
      </TicketPrinter>
    </Dialog>
  );
}
