import type { Result } from '../api/failures.ts';
import type { Booking, BookingNow, Show } from '../api/routes.ts';
import { useCountdown } from '../checkout/use-countdown.ts';
import { Poster } from '../parts/poster.tsx';
import { list, mediumDay, minutesAndSeconds, money, slotTime, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';

type RowProps = {
  booking: Booking;
  /** Nothing while it loads. */
  show: Result<Show> | undefined;
  /** Of a hold: how it stands now. */
  held: Result<BookingNow> | undefined;
  onOver: () => void;
};

/** A booking in the list, with the way to its ticket or its payment. */
export function BookingRow({ booking, show, held, onOver }: RowProps) {
  const { booking_id, show_date, show_time, seat_numbers, amount_due, amount_paid } = booking;
  const movie = show?.data?.movie;
  return (
    <li class="booking card">
      <Poster name={movie?.name ?? ''} address={movie?.moviePoster ?? ''} />
      <div>
        <h3 dir="auto">{movie?.name ?? (show ? text.ticket.number(booking_id) : text.loading)}</h3>
        <p>
          {mediumDay(show_date)}, {slotTime(show_time)}
        </p>
        <p class="hint">
          {list(seat_numbers)} · {money(toPaise(amount_due ?? amount_paid))}
        </p>
      </div>
      {booking.status === 'Pending' ? (
        <Pending id={booking_id} held={held} onOver={onOver} />
      ) : (
        <p class="state">
          <span class={`tag ${booking.status}`}>
            {booking.status === 'CheckedIn' ? text.list.checkedIn : text.list.paid}
          </span>
          <a class="button" href={`/app/ticket/${booking_id}`}>
            {text.list.ticket}
          </a>
        </p>
      )}
    </li>
  );
}

type PendingProps = { id: number; held: RowProps['held']; onOver: () => void };

/** A hold: whether it can be paid, only the booking itself says. Where that cannot be read, its page tells. */
function Pending({ id, held, onOver }: PendingProps) {
  const words = text.list;
  if (!held) return <p class="state" aria-busy="true" />;
  if (held.failure?.kind === 'refused' && held.failure.status === 404)
    return <p class="state hint">{words.over}</p>;
  const { payment = 'none', time_remaining_ms } = held.data ?? {};
  const isUnknown = payment === 'unresolved';
  return (
    <p class="state">
      <span class="tag Pending">{isUnknown ? words.unknown : words.held}</span>
      {payment === 'none' && time_remaining_ms !== undefined && (
        <Left ms={time_remaining_ms} onOver={onOver} />
      )}
      <a class={`button ${isUnknown ? '' : 'main'}`} href={`/app/pay/${id}`}>
        {isUnknown ? words.show : text.hall.resume}
      </a>
    </p>
  );
}

function Left({ ms, onOver }: { ms: number; onOver: () => void }) {
  const left = useCountdown(ms, { spoken: text.pay.spoken, onOver });
  return <span class="hint">{text.list.until(minutesAndSeconds(left.value))}</span>;
}
