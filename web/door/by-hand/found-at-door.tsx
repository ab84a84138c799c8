import { useSignal } from '@preact/signals';
import type { FoundBooking } from '../../api/desk-routes.ts';
import { list, mediumDay, slotTime } from '../../text/formats.ts';
import { door } from '../../text/door.ts';
import type { Shown } from '../scans/kept-scans.ts';
import { shownBy } from './numbers.ts';

type FoundProps = {
  bookings: readonly FoundBooking[];
  send: (shown: Shown) => void;
  /** Where they are of more shows than one. */
  withShow?: boolean;
};

/** Bookings to be checked in, one by its button or several by their boxes. */
export function FoundAtDoor({ bookings, send, withShow = false }: FoundProps) {
  const words = door.search;
  const chosen = useSignal<ReadonlySet<number>>(new Set());
  const ids = bookings.map(({ booking_id }) => booking_id).filter((id) => chosen.value.has(id));
  const choose = (id: number, isChosen: boolean) => {
    chosen.value = new Set(
      isChosen ? [...chosen.peek(), id] : [...chosen.peek()].filter((one) => one !== id),
    );
  };
  const sendThem = () => {
    send(shownBy(ids));
    chosen.value = new Set();
  };
  return (
    <>
      <ul class="people">
        {bookings.map((booking) => {
          const { booking_id: id, customer_name: name, status } = booking;
          return (
            <li key={id}>
              <label class="choice">
                {status === 'Confirmed' && (
                  <input
                    type="checkbox"
                    aria-label={words.choose(id, name)}
                    checked={chosen.value.has(id)}
                    onChange={({ currentTarget }) => choose(id, currentTarget.checked)}
                  />
                )}
                <Person booking={booking} withShow={withShow} />
              </label>
              {status === 'Confirmed' ? (
                <button type="button" onClick={() => send({ booking_id: id })}>
                  {words.checkIn(id)}
                </button>
              ) : (
                <span class={`tag ${status}`}>{words.statuses[status]}</span>
              )}
            </li>
          );
        })}
      </ul>
      {ids.length > 0 && (
        <button type="button" class="main" onClick={sendThem}>
          {words.chosen(ids.length)}
        </button>
      )}
    </>
  );
}

function Person({ booking, withShow }: { booking: FoundBooking; withShow: boolean }) {
  const { booking_id, customer_name, seat_numbers, show_date, show_time } = booking;
  return (
    <span>
      <strong dir="auto">{customer_name || door.recent.ticket(booking_id)}</strong>
      <br />
      {list(seat_numbers)}
      {withShow && ` · ${mediumDay(show_date)}, ${slotTime(show_time)}`}
    </span>
  );
}
