import { useEffect, useRef } from 'preact/hooks';
import type { PlannedShow } from '../../api/routes.ts';
import { ChosenSeats } from '../../hall/basket.tsx';
import type { LiveHall } from '../../hall/use-hall.ts';
import { explain, Reference } from '../../parts/problem.tsx';
import { list, money, toPaise } from '../../text/formats.ts';
import { desk } from '../../text/desk.ts';
import { TicketPrinter } from '../print/ticket-printer.tsx';
import { focusSeats } from './keys.tsx';
import { sale, startNext, underWay, type Sale } from './sale.ts';
import { SaleForm } from './sale-form.tsx';

type PanelProps = { show: PlannedShow; live: LiveHall; onToggle: (number: string) => void };

/** Beside the hall: the chosen seats, who buys them, the cash, and how the sale ended. */
export function SalePanel({ show, live, onToggle }: PanelProps) {
  const { model } = live;
  useGuardedPage();
  const state = sale.value;
  return (
    <section class="basket sale" aria-label={desk.sale.title}>
      {state.kind === 'sold' ? (
        <Sold {...state} />
      ) : (
        <>
          <ChosenSeats model={model} isSold={model.freeCount.value === 0} onToggle={onToggle} />
          <SaleForm show={show} live={live} />
          <Standing state={state} />
        </>
      )}
    </section>
  );
}

/** Where no hall is drawn, since it is not read yet or no show is left: how the sale stands or ended. */
export function SaleOutcome() {
  useGuardedPage();
  const state = sale.value;
  if (state.kind !== 'sold') return <Standing state={state} />;
  return (
    <section class="basket sale" aria-label={desk.sale.title}>
      <Sold {...state} />
    </section>
  );
}

/** What the clerk has to know of the sale that was sent. */
function Standing({ state }: { state: Exclude<Sale, { kind: 'sold' }> }) {
  const words = desk.sale;
  if (state.kind === 'unknown') {
    const { seats, name } = state.order;
    return (
      <div class="notice bad" role="alert">
        <h3>{words.unknownTitle}</h3>
        <p>{words.unknown(list(seats), name)}</p>
      </div>
    );
  }
  if (state.kind === 'busy') {
    return (
      <p class="notice" role="status">
        {words.busy}
      </p>
    );
  }
  if (state.kind !== 'open') return null;
  if (state.wasNotSold) {
    return (
      <p class="notice" role="alert">
        {words.wasNotSold}
      </p>
    );
  }
  const { failure } = state;
  if (!failure || failure.faults.length > 0) return null;
  return (
    <div class="notice bad" role="alert">
      <p>{words.refusals[failure.code] ?? explain(failure)}</p>
      <Reference failure={failure} />
    </div>
  );
}

type SoldProps = Extract<Sale, { kind: 'sold' }>;

function Sold({ booking, changePaise }: SoldProps) {
  const words = desk.sale;
  const next = useRef<HTMLButtonElement>(null);
  const goOn = () => {
    startNext();
    focusSeats();
  };
  return (
    <>
      <div class="notice good" role="status">
        <h3>{words.sold(booking.booking_id)}</h3>
        <p>
          {list(booking.seat_numbers)} · {money(toPaise(booking.amount_paid))}
        </p>
        {changePaise > 0 && <p class="change">{words.change(money(changePaise))}</p>}
      </div>
      <TicketPrinter booking={booking} onPrinted={() => next.current?.focus()}>
        <button ref={next} type="button" onClick={goOn}>
          {words.next}
        </button>
      </TicketPrinter>
    </>
  );
}

/** The browser asks before a page is left whose sale is not known yet. */
function useGuardedPage(): void {
  useEffect(() => {
    const stopping = new AbortController();
    const ask = (event: Event) => {
      if (underWay()) event.preventDefault();
    };
    addEventListener('beforeunload', ask, { signal: stopping.signal });
    return () => stopping.abort();
  }, []);
}
