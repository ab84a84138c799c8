import { useState } from 'preact/hooks';
import { readBooking, readCode, readProgramme, readShow, type BookingNow, type Show } from '../api/routes.ts';
import { isPaid } from '../checkout/pay.ts';
import { calendarFile } from '../parts/calendar-file.ts';
import { cinemaTime, endOf } from '../parts/cinema-clock.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { saveFile } from '../parts/open-file.ts';
import { ForUsers, Page } from '../parts/page.tsx';
import { PdfButton } from '../parts/pdf-button.tsx';
import { Poster } from '../parts/poster.tsx';
import { StayAwake } from '../parts/stay-awake.tsx';
import { useNow } from '../parts/use-now.ts';
import { list, longDay, money, slotTime, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';

/** `/app/ticket/:id`: what is shown at the door. */
export function TicketPage({ id = '' }: { id?: string }) {
  return <ForUsers why={text.session.toPage}>{() => <LoadedTicket key={id} id={Number(id)} />}</ForUsers>;
}

function LoadedTicket({ id }: { id: number }) {
  const booking = useLoaded((signal) => readBooking(id, signal), id);
  return (
    <Page title={text.ticket.title} kind="ticket-page">
      <Shown of={booking} skeleton={<Bones count={1} kind="ticket-bone" />}>
        {(data) => (isPaid(data) ? <Ticket booking={data} /> : <NotPaid booking={data} />)}
      </Shown>
    </Page>
  );
}

function NotPaid({ booking }: { booking: BookingNow }) {
  return (
    <section class="card bad">
      <h2>{text.ticket.notPaidTitle}</h2>
      <p>{text.ticket.notPaid}</p>
      <p>
        <a class="button main" href={`/app/pay/${booking.booking_id}`}>
          {text.hall.resume}
        </a>
      </p>
    </section>
  );
}

function Ticket({ booking }: { booking: BookingNow }) {
  const words = text.ticket;
  const show = useLoaded((signal) => readShow(booking.show_id, signal), booking.show_id);
  const isOver = useIsOver(show.data);
  const { booking_id, show_date, show_time, seat_numbers, amount_paid, payment_type } = booking;
  return (
    <article class="ticket">
      <header>
        <p>{text.brand}</p>
        <p>{words.number(booking_id)}</p>
      </header>
      <div class="ticket-facts">
        {show.data && <Poster name={show.data.movie.name} address={show.data.movie.moviePoster} isFirst />}
        <div>
          <h2 dir="auto">{show.data?.movie.name ?? '\u00A0'}</h2>
          <dl>
            <dt>{words.when}</dt>
            <dd>
              {longDay(show_date)}, {slotTime(show_time)}
            </dd>
            <dt>{words.seats}</dt>
            <dd class="seats">{list(seat_numbers)}</dd>
            <dt>{words.amount}</dt>
            <dd>
              {money(toPaise(amount_paid))} {words.by(words.kinds[payment_type] ?? payment_type)}
            </dd>
          </dl>
        </div>
      </div>
      <div class="stub">
        {booking.status === 'CheckedIn' ? (
          <p class="done">{isOver ? words.past : words.checkedIn}</p>
        ) : (
          <Code id={booking_id} isOver={isOver} />
        )}
        <Actions booking={booking} show={show.data} />
      </div>
    </article>
  );
}

/** Whether the show has ended in the cinema's time. */
function useIsOver(show: Show | undefined): boolean {
  const programme = useLoaded((signal) => readProgramme(undefined, signal), 'today');
  const now = useNow();
  const isKnown = show && (programme.data ?? programme.failure);
  return isKnown ? endOf(show) <= cinemaTime(programme.data, now) : false;
}

function Code({ id, isOver }: { id: number; isOver: boolean }) {
  const words = text.ticket;
  const code = useLoaded((signal) => readCode(id, signal), id);
  const [isLarge, setLarge] = useState(false);
  return (
    <Shown of={code} skeleton={<Bones count={1} kind="code-bone" />}>
      {({ qr_code, mime_type }) => {
        const picture = (
          <img
            class="code"
            alt={words.code}
            src={`data:${mime_type};base64,${qr_code}`}
            width={256}
            height={256}
          />
        );
        return (
          <>
            {picture}
            <p class={isOver ? 'done' : 'hint'}>{isOver ? words.past : words.showAtDoor}</p>
            <button type="button" onClick={() => setLarge(true)}>
              {words.large}
            </button>
            {isLarge && (
              <Dialog title={words.number(id)} kind="large-code" onClose={() => setLarge(false)}>
                <StayAwake />
                {picture}
                <button type="button" onClick={() => setLarge(false)}>
                  {text.close}
                </button>
              </Dialog>
            )}
          </>
        );
      }}
    </Shown>
  );
}

function Actions({ booking, show }: { booking: BookingNow; show: Show | undefined }) {
  const words = text.ticket;
  const { booking_id } = booking;
  const saveEntry = () => {
    if (!show) return;
    const { startTime: start, endTime: end } = show.slot;
    const entry = { id: booking_id, title: show.movie.name, place: words.at, date: show.date, start, end };
    saveFile(`skyfox-${booking_id}.ics`, new Blob([calendarFile(entry)], { type: 'text/calendar' }));
  };
  return (
    <div class="actions">
      <PdfButton id={booking_id} />
      {show && (
        <button type="button" onClick={saveEntry}>
          {words.calendar}
        </button>
      )}
    </div>
  );
}
