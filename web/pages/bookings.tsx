import { useState } from 'preact/hooks';
import {
  readBooking,
  readBookings,
  readProgramme,
  readShow,
  type Booking,
  type Programme,
} from '../api/routes.ts';
import type { Result } from '../api/failures.ts';
import { useCountdown } from '../checkout/use-countdown.ts';
import { cinemaTime, isPast } from '../parts/cinema-clock.ts';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { ForUsers, Page } from '../parts/page.tsx';
import { Poster } from '../parts/poster.tsx';
import { useNow } from '../parts/use-now.ts';
import { list, mediumDay, minutesAndSeconds, money, slotTime, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';

const FIRST_PAST = 6;

/** `/app/bookings`: coming and past. */
export function BookingsPage() {
  return <ForUsers why={text.session.toPage}>{() => <LoadedBookings />}</ForUsers>;
}

function LoadedBookings() {
  const bookings = useLoaded(readLists, 'bookings');
  return (
    <Page title={text.list.title} kind="bookings-page">
      <Shown of={bookings} skeleton={<Bones count={3} kind="row-bone" />}>
        {(lists) => (lists.all.length === 0 ? <None /> : <Lists {...lists} onOver={bookings.reload} />)}
      </Shown>
    </Page>
  );
}

/** The bookings, and the programme of today if it can be read: it says when today's shows end. */
async function readLists(signal: AbortSignal): Promise<Result<Read>> {
  const [bookings, { data: programme }] = await Promise.all([
    readBookings(signal),
    readProgramme(undefined, signal),
  ]);
  return bookings.data ? { data: { all: bookings.data, programme } } : bookings;
}

function None() {
  return (
    <section class="card empty">
      <h2>{text.list.noneTitle}</h2>
      <p>{text.list.none}</p>
      <a class="button main" href="/app/">
        {text.problem.toProgramme}
      </a>
    </section>
  );
}

type Read = { all: readonly Booking[]; programme: Programme | undefined };
type ListsProps = Read & { onOver: () => void };

function Lists({ all, programme, onOver }: ListsProps) {
  const [isWhole, setWhole] = useState(false);
  const now = cinemaTime(programme, useNow());
  const isOver = (booking: Booking) => isPast(booking, programme, now);
  const coming = all
    .filter((booking) => !isOver(booking))
    .toSorted((a, b) => (a.show_date + a.show_time).localeCompare(b.show_date + b.show_time));
  const past = all.filter(isOver);
  const shown = isWhole ? past : past.slice(0, FIRST_PAST);
  return (
    <>
      <section aria-labelledby="coming">
        <h2 id="coming">{text.list.coming}</h2>
        {coming.length === 0 && <p class="hint">{text.list.noneComing}</p>}
        <ul class="bookings">
          {coming.map((booking) => (
            <Row key={booking.booking_id} booking={booking} onOver={onOver} />
          ))}
        </ul>
      </section>
      {past.length > 0 && (
        <section aria-labelledby="past">
          <h2 id="past">{text.list.past}</h2>
          <ul class="bookings past">
            {shown.map((booking) => (
              <Row key={booking.booking_id} booking={booking} onOver={onOver} />
            ))}
          </ul>
          {shown.length < past.length && (
            <button type="button" onClick={() => setWhole(true)}>
              {text.list.more}
            </button>
          )}
        </section>
      )}
    </>
  );
}

function Row({ booking, onOver }: { booking: Booking; onOver: () => void }) {
  const { booking_id, show_id, show_date, show_time, seat_numbers, amount_due, amount_paid } = booking;
  const show = useLoaded((signal) => readShow(show_id, signal), show_id);
  const isPending = booking.status === 'Pending';
  const name = show.data?.movie.name;
  return (
    <li class="booking card">
      <Poster name={name ?? ''} address={show.data?.movie.moviePoster ?? ''} />
      <div>
        <h3 dir="auto">{name ?? text.loading}</h3>
        <p>
          {mediumDay(show_date)}, {slotTime(show_time)}
        </p>
        <p class="hint">
          {list(seat_numbers)} · {money(toPaise(amount_due ?? amount_paid))}
        </p>
      </div>
      {isPending ? (
        <Pending id={booking_id} onOver={onOver} />
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

/** A hold: the list says until when, only the booking itself says whether it can be paid. */
function Pending({ id, onOver }: { id: number; onOver: () => void }) {
  const booking = useLoaded((signal) => readBooking(id, signal), id);
  const words = text.list;
  const isGone = booking.failure?.kind === 'refused' && booking.failure.status === 404;
  if (isGone) return <p class="state hint">{words.over}</p>;
  if (!booking.data) return <p class="state" aria-busy="true" />;
  const { payment, time_remaining_ms } = booking.data;
  const isUnknown = payment === 'unresolved';
  return (
    <p class="state">
      <span class="tag Pending">{isUnknown ? words.unknown : words.held}</span>
      {payment === 'none' && <Left ms={time_remaining_ms ?? 0} onOver={onOver} />}
      <a class={`button ${isUnknown ? '' : 'main'}`} href={`/app/pay/${id}`}>
        {isUnknown ? words.show : text.hall.resume}
      </a>
    </p>
  );
}

function Left({ ms, onOver }: { ms: number; onOver: () => void }) {
  const left = useCountdown(ms, { isStopped: false, onOver });
  return <span class="hint">{text.list.until(minutesAndSeconds(left.value))}</span>;
}
