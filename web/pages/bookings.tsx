import { useState } from 'preact/hooks';
import type { Result } from '../api/failures.ts';
import {
  readBooking,
  readBookings,
  readProgramme,
  readShow,
  type Booking,
  type BookingNow,
  type Programme,
  type Show,
} from '../api/routes.ts';
import { user } from '../api/session.ts';
import { forgetUnresolved, unresolvedOf } from '../checkout/unresolved-payments.ts';
import { cinemaTime, isPast } from '../parts/cinema-clock.ts';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { ForUsers, Page } from '../parts/page.tsx';
import { useEach } from '../parts/use-each.ts';
import { useNow } from '../parts/use-now.ts';
import { addDays } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { BookingRow } from './booking-row.tsx';

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

type Read = {
  all: readonly Booking[];
  programme: Programme | undefined;
  /** Those that may be running, as far as they can be read: they say when they end. */
  shows: readonly Show[];
};

/** The bookings, and what tells the past ones from the coming ones. */
async function readLists(signal: AbortSignal): Promise<Result<Read>> {
  const [bookings, { data: programme }] = await Promise.all([
    readBookings(signal),
    readProgramme(undefined, signal),
  ]);
  if (!bookings.data) return bookings;
  const unresolved = await readUnresolved(bookings.data, signal);
  const all = [...unresolved, ...bookings.data];
  const lastNight = programme ? await readShowsOf(addDays(programme.today, -1), all, signal) : [];
  return { data: { all, programme, shows: [...(programme?.shows ?? []), ...lastNight] } };
}

/** The shows of a day that were booked: yesterday's may run past midnight. */
async function readShowsOf(day: string, bookings: readonly Booking[], signal: AbortSignal): Promise<Show[]> {
  const booked = bookings.filter(({ show_date }) => show_date.slice(0, 10) === day);
  const ids = [...new Set(booked.map(({ show_id }) => show_id))];
  const reads = await Promise.all(ids.map((id) => readShow(id, signal)));
  return reads.flatMap(({ data }) => data ?? []);
}

/** Bookings whose hold is over while nobody knows whether they were charged: the list leaves them out. */
async function readUnresolved(listed: readonly Booking[], signal: AbortSignal): Promise<BookingNow[]> {
  const username = user.peek()?.username ?? '';
  const found: BookingNow[] = [];
  for (const id of unresolvedOf(username)) {
    if (listed.some(({ booking_id }) => booking_id === id)) continue;
    const { data, failure } = await readBooking(id, signal);
    if (data) found.push(data);
    if (failure?.kind === 'refused' && failure.status === 404) forgetUnresolved(username, id);
  }
  return found;
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

function Lists({ all, programme, shows: known, onOver }: Read & { onOver: () => void }) {
  const [isWhole, setWhole] = useState(false);
  const now = cinemaTime(programme, useNow());
  const isOver = (booking: Booking) => isPast(booking, known, now);
  const coming = all
    .filter((booking) => !isOver(booking))
    .toSorted((a, b) => (a.show_date + a.show_time).localeCompare(b.show_date + b.show_time));
  const past = all.filter(isOver);
  const shown = isWhole ? past : past.slice(0, FIRST_PAST);
  const rows = [...coming, ...shown];
  const held = useEach(
    rows.filter(({ status }) => status === 'Pending').map(({ booking_id }) => booking_id),
    readBooking,
    all,
  );
  const shows = useEach([...new Set(rows.map(({ show_id }) => show_id))], readShow);
  const row = (booking: Booking) => (
    <BookingRow
      key={booking.booking_id}
      booking={booking}
      show={shows.get(booking.show_id)}
      held={held.get(booking.booking_id)}
      onOver={onOver}
    />
  );
  return (
    <>
      <section aria-labelledby="coming">
        <h2 id="coming">{text.list.coming}</h2>
        {coming.length === 0 && <p class="hint">{text.list.noneComing}</p>}
        <ul class="bookings">{coming.map(row)}</ul>
      </section>
      {past.length > 0 && (
        <section aria-labelledby="past">
          <h2 id="past">{text.list.past}</h2>
          <ul class="bookings past">{shown.map(row)}</ul>
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
