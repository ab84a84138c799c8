import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { waitOrWake } from '../api/back-off.ts';
import type { Failure } from '../api/failures.ts';
import { newKey } from '../api/keys.ts';
import { createRequestKeys } from '../api/request-keys.ts';
import { cancelBooking, extendBooking, payBooking, readBooking, type BookingNow } from '../api/routes.ts';
import { user } from '../api/session.ts';
import type { SentCard } from './card.ts';
import type { Settled } from './outcome.ts';
import { forgetUnresolved, noteUnresolved } from './unresolved-payments.ts';
import { lookAtEnd, lookUntilKnown, pay, watchUnknown, type End, type Progress } from './pay.ts';

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
  const username = user.peek()?.username ?? '';
  const booking = signal(first);
  const stage = signal<Stage>({ kind: 'form' });
  const extensionKey = newKey();
  const closing = new AbortController();
  const leaving = closing.signal;
  const keys = createRequestKeys();
  const looking = lookingAt(booking, leaving);
  const show = (next: Stage) => {
    stage.value = next;
    if (next.kind === 'unknown' || next.kind === 'paying') noteUnresolved(username, id);
    else forgetUnresolved(username, id);
  };
  const finish = (end: End) => {
    // After an end that is not certain, the same payment must have the same key again.
    if (end.kind !== 'gateway down' && end.kind !== 'logged out') keys.settled();
    if (end.kind === 'left') return;
    show(stageAfter(end));
    if (end.kind === 'unknown' && !end.isGone) void watchUnknown(looking, end.requestId).then(finish);
  };
  const follow = (read: BookingNow) => {
    show(stageOf(read));
    if (stage.value.kind === 'paying') void lookUntilKnown(looking, { kind: 'not paid' }, '').then(finish);
    if (stage.value.kind === 'unknown') void watchUnknown(looking, '').then(finish);
  };
  follow(first);

  return {
    stage,
    booking,
    send(payment) {
      // A second press finds the first one at work.
      if (stage.peek().kind !== 'form') return;
      show({ kind: 'paying', progress: 'sent' });
      const body = { booking_id: id, ...payment };
      const repeated = { key: keys.keyFor(body), username, leaving };
      const onProgress = (progress: Progress) => (stage.value = { kind: 'paying', progress });
      void pay({ ...looking, send: () => payBooking(body, repeated), onProgress }).then(finish);
    },
    async timeIsOver() {
      const found = await lookAtEnd(looking);
      if (stage.peek().kind !== 'form') return;
      if (found === 'expired') stage.value = { kind: 'expired' };
      else if (stageOf(booking.peek()).kind !== 'form') follow(booking.peek());
    },
    extend: () => extend(booking, extensionKey, looking.look),
    async letGo() {
      const { failure } = await cancelBooking(id);
      // What is not there any more has been let go.
      return failure?.kind === 'refused' && failure.status === 404 ? undefined : failure;
    },
    close() {
      keys.settled();
      closing.abort();
    },
  };
}

/** Looks at the booking until its page is left; what it shows is always the newest. */
const lookingAt = (booking: Signal<BookingNow>, leaving: AbortSignal) => ({
  look: async () => {
    const read = await readBooking(booking.peek().booking_id, leaving);
    if (read.data) booking.value = read.data;
    return read;
  },
  wait: (ms: number) => waitOrWake(ms, leaving),
  isOver: () => leaving.aborted,
});

/** Asks for more time. Returns the failure only where there is none. */
async function extend(
  booking: Signal<BookingNow>,
  key: string,
  look: () => Promise<unknown>,
): Promise<Failure | undefined> {
  const endsAt = () => Date.parse(booking.peek().expires_at ?? '');
  const before = endsAt();
  const { data, failure } = await extendBooking(booking.peek().booking_id, key);
  if (!data) {
    // The answer may have been lost on its way here.
    await look();
    return endsAt() > before ? undefined : failure;
  }
  const { time_remaining_ms, expiration_time: expires_at } = data;
  const actions = booking.peek().actions.filter((action) => action !== 'extend');
  booking.value = { ...booking.peek(), time_remaining_ms, expires_at, actions };
  return undefined;
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
