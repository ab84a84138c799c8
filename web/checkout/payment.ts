import { signal, type ReadonlySignal } from '@preact/signals';
import { waitOrWake } from '../api/back-off.ts';
import type { Failure } from '../api/failures.ts';
import { newKey } from '../api/keys.ts';
import { cancelBooking, extendBooking, payBooking, readBooking, type BookingNow } from '../api/routes.ts';
import { createPaymentKeys } from './attempt.ts';
import type { SentCard } from './card.ts';
import type { Settled } from './outcome.ts';
import { isPaid, lookUntilKnown, pay, watchUnknown, type End, type Progress } from './pay.ts';

export type Stage =
  | { kind: 'form'; after?: Settled | { kind: 'not paid' } }
  | { kind: 'paying'; progress: Progress }
  | { kind: 'unknown'; requestId: string; isGone: boolean }
  | { kind: 'expired' }
  | { kind: 'paid' };
export type PaymentBody = { payment_method: 'Card' | 'Wallet' } & Partial<SentCard>;

/** The payment of one hold while its page is open. */
export type PaymentModel = {
  stage: ReadonlySignal<Stage>;
  booking: ReadonlySignal<BookingNow>;
  send: (payment: PaymentBody) => void;
  /** The clock says that the hold is over; the server knows. */
  timeIsOver: () => Promise<void>;
  extend: () => Promise<Failure | undefined>;
  letGo: () => Promise<Failure | undefined>;
  close: () => void;
};

export function createPayment(first: BookingNow): PaymentModel {
  const id = first.booking_id;
  const booking = signal(first);
  const stage = signal<Stage>(stageOf(first));
  const extensionKey = newKey();
  const closing = new AbortController();
  const keys = createPaymentKeys();
  const looking = {
    look: () => readBooking(id),
    wait: (ms: number) => waitOrWake(ms, closing.signal),
    isOver: () => closing.signal.aborted,
  };
  const finish = (end: End) => {
    // After an end that is not certain, the same payment must have the same key again.
    if (end.kind !== 'gateway down' && end.kind !== 'logged out') keys.settled();
    if (end.kind === 'left') return;
    stage.value = stageAfter(end);
    if (end.kind === 'unknown' && !end.isGone) void watchUnknown(looking, end.requestId).then(finish);
  };
  const begun = stage.peek();
  if (begun.kind === 'paying') void lookUntilKnown(looking, { kind: 'not paid' }, '').then(finish);
  if (begun.kind === 'unknown') void watchUnknown(looking, '').then(finish);

  return {
    stage,
    booking,
    send(payment) {
      // A second press finds the first one at work.
      if (stage.peek().kind !== 'form') return;
      stage.value = { kind: 'paying', progress: 'sent' };
      const body = { booking_id: id, ...payment };
      const key = keys.keyFor(body);
      const onProgress = (progress: Progress) => (stage.value = { kind: 'paying', progress });
      void pay({ ...looking, send: () => payBooking(body, key), onProgress }).then(finish);
    },
    async timeIsOver() {
      const { data, failure } = await readBooking(id);
      if (stage.peek().kind !== 'form') return;
      if (failure?.kind === 'refused' && failure.status === 404) stage.value = { kind: 'expired' };
      else if (data && isPaid(data)) stage.value = { kind: 'paid' };
      else if (data) booking.value = data;
    },
    async extend() {
      const { failure } = await extendBooking(id, extensionKey);
      // Also after a failure: the answer may have been lost on its way here.
      const { data } = await readBooking(id);
      if (data) booking.value = data;
      return data?.actions.includes('extend') === false ? undefined : failure;
    },
    letGo: async () => (await cancelBooking(id)).failure,
    close() {
      keys.settled();
      closing.abort();
    },
  };
}

function stageOf({ payment, status }: BookingNow): Stage {
  if (status === 'Confirmed' || status === 'CheckedIn') return { kind: 'paid' };
  if (payment === 'unresolved') return { kind: 'unknown', requestId: '', isGone: false };
  return payment === 'under_way' ? { kind: 'paying', progress: 'under way' } : { kind: 'form' };
}

function stageAfter(end: Exclude<End, { kind: 'left' }>): Stage {
  if (end.kind === 'paid' || end.kind === 'unknown') return end;
  if (end.kind === 'expired' || end.kind === 'gone') return { kind: 'expired' };
  return { kind: 'form', after: end };
}
