import { useLocation } from 'preact-iso/router';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Failure } from '../api/failures.ts';
import { readBooking, readShow, type BookingNow } from '../api/routes.ts';
import { Clock } from '../checkout/clock.tsx';
import { OutcomePanel } from '../checkout/outcome-panel.tsx';
import { PayForm } from '../checkout/pay-form.tsx';
import { createPayment, type PaymentModel } from '../checkout/payment.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { ForUsers, Page } from '../parts/page.tsx';
import { explain } from '../parts/problem.tsx';
import { list, longDay, money, slotTime, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';

/** `/app/pay/:id`: pay for a hold. */
export function PayPage({ id = '' }: { id?: string }) {
  return <ForUsers why={text.session.toPage}>{() => <LoadedPay key={id} id={Number(id)} />}</ForUsers>;
}

function LoadedPay({ id }: { id: number }) {
  const booking = useLoaded((signal) => readBooking(id, signal), id);
  const isGone = booking.failure?.kind === 'refused' && [403, 404].includes(booking.failure.status);
  return (
    <Page title={text.pay.title} kind="pay-page">
      {isGone ? (
        <Gone />
      ) : (
        <Shown of={booking} skeleton={<Bones count={3} kind="line-bone" />}>
          {(data) => <PayHold first={data} />}
        </Shown>
      )}
    </Page>
  );
}

function Gone() {
  return (
    <section class="card bad">
      <h2>{text.pay.goneTitle}</h2>
      <p>{text.pay.gone}</p>
      <p class="actions">
        <a class="button" href="/app/bookings">
          {text.list.title}
        </a>
        <a class="button" href="/app/">
          {text.problem.toProgramme}
        </a>
      </p>
    </section>
  );
}

function PayHold({ first }: { first: BookingNow }) {
  const model = useMemo(() => createPayment(first), [first.booking_id]);
  const { route } = useLocation();
  useEffect(() => model.close, [model]);
  const stage = model.stage.value;
  const booking = model.booking.value;
  useEffect(() => {
    // In place of this page, so that the way back does not lead to a payment that is done.
    if (stage.kind === 'paid') route(`/app/ticket/${booking.booking_id}`, true);
  }, [stage.kind]);
  const canPay = stage.kind === 'form' || stage.kind === 'paying';
  return (
    <div class="pay-layout">
      <Receipt booking={booking} />
      <div>
        {canPay && <Clock model={model} />}
        <OutcomePanel model={model} stage={stage} />
        {canPay && <PayForm model={model} isHidden={stage.kind !== 'form'} />}
        {stage.kind === 'form' && <LetGo model={model} />}
      </div>
    </div>
  );
}

function Receipt({ booking }: { booking: BookingNow }) {
  const show = useLoaded((signal) => readShow(booking.show_id, signal), booking.show_id);
  return (
    <section class="receipt card" aria-label={text.hall.choice}>
      <h2 dir="auto">{show.data?.movie.name ?? '\u00A0'}</h2>
      <p>
        {longDay(booking.show_date)}, {slotTime(booking.show_time)}
      </p>
      <p class="seats">{list(booking.seat_numbers)}</p>
      <p class="sum">
        {text.hall.total} <strong>{money(toPaise(booking.amount_due ?? booking.amount_paid))}</strong>
      </p>
    </section>
  );
}

function LetGo({ model }: { model: PaymentModel }) {
  const [isAsking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const { route } = useLocation();
  const letGo = async () => {
    const failed = await model.letGo();
    setFailure(failed);
    if (!failed) route(`/app/show/${model.booking.peek().show_id}`, true);
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => setAsking(true)}>
        {text.pay.letGo}
      </button>
      {isAsking && (
        <Dialog title={text.pay.letGoTitle} onClose={() => setAsking(false)}>
          <p>{text.pay.letGoMore}</p>
          {failure && (
            <p class="fault" role="alert">
              {explain(failure)}
            </p>
          )}
          <div class="actions">
            <button type="button" class="main" onClick={() => void letGo()}>
              {text.pay.letGo}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {text.pay.keep}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
