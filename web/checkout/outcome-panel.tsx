import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { BookingNow } from '../api/routes.ts';
import { keepChoice } from '../hall/choice.ts';
import { text } from '../text/text.ts';
import type { PaymentModel, Stage } from './payment.ts';

type PanelProps = { title: string; kind?: string; children: ComponentChildren };

/** A stage that takes the form's place, and the focus with it. */
function Panel({ title, kind = '', children }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class={`outcome card ${kind}`}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** What a payment is doing, or has come to. */
export function OutcomePanel({ model, stage }: { model: PaymentModel; stage: Stage }) {
  const words = text.pay;
  switch (stage.kind) {
    case 'paying':
      return (
        <Panel key="paying" title={words.paying} kind="busy">
          <Progress progress={stage.progress} />
        </Panel>
      );
    case 'unknown':
      return <Unknown stage={stage} booking={model.booking.value} />;
    case 'expired':
      return <Expired model={model} />;
    case 'paid':
      return (
        <Panel key="paid" title={words.paid} kind="good">
          <p>
            <a class="button main" href={`/app/ticket/${model.booking.value.booking_id}`}>
              {words.toTicket}
            </a>
          </p>
        </Panel>
      );
    default:
      return null;
  }
}

type UnknownProps = { stage: Extract<Stage, { kind: 'unknown' }>; booking: BookingNow };

function Unknown({ stage: { requestId, isGone }, booking: { booking_id, time_remaining_ms } }: UnknownProps) {
  const words = text.pay;
  return (
    <Panel key="unknown" title={words.unknownTitle} kind="bad">
      <p role="alert">{words.unknown}</p>
      {(isGone || time_remaining_ms === 0) && <p>{words.unknownGone}</p>}
      {!isGone && <p>{words.unknownMore}</p>}
      <p class="reference">{text.ticket.number(booking_id)}</p>
      {requestId && <p class="reference">{text.problem.reference(requestId)}</p>}
      <p>
        <a href="/app/bookings">{text.list.title}</a>
      </p>
    </Panel>
  );
}

function Progress({ progress }: { progress: Extract<Stage, { kind: 'paying' }>['progress'] }) {
  const words = text.pay;
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  const says = {
    sent: words.payingMore,
    'connection lost': words.lost,
    busy: words.busy,
    'under way': words.underWay,
  };
  return <p role="status">{isOnline ? says[progress] : words.offline}</p>;
}

function Expired({ model }: { model: PaymentModel }) {
  const { show_id, seat_numbers } = model.booking.value;
  return (
    <Panel title={text.pay.expiredTitle} kind="bad">
      <p>{text.pay.expired}</p>
      <p>
        <a
          class="button main"
          href={`/app/show/${show_id}`}
          onClick={() => keepChoice(show_id, seat_numbers)}
        >
          {text.pay.sameSeats}
        </a>
      </p>
    </Panel>
  );
}
