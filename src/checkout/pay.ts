import type { Once } from '../idempotency/idempotency.ts';
import type { Failpoints } from '../platform/database/failpoints.ts';
import {
  beginAttempt,
  lastCheck,
  startLease,
  writeOutcome,
  type Card,
  type Gateway,
  type WriteNeeds,
} from '../payments/payments.ts';
import { beginPayment, cancelUnsentAttempt } from './begin-payment.ts';
import type { Paid } from './paid.ts';
import { leavePayment, settlePayment, type Charge, type Settled } from './settle-payment.ts';

export type PayNeeds = WriteNeeds & {
  gateway: Gateway;
  fail: Failpoints;
  paymentTimeoutSeconds: number;
  /** Called when a payment has failed and the hold is back at its own end, which may be past. */
  onRelease: () => void;
};
export type Payment = {
  username: string;
  bookingId: number;
  method: 'Card' | 'Wallet';
  card: Card | undefined;
  once: Once;
};

/**
 * Pays a hold. The payment is completed even if the client disconnects or the process is asked to stop.
 * Throws as api.md says.
 */
export const pay = (needs: PayNeeds, payment: Payment): Promise<Paid['answer']> =>
  needs.underWay.track(payThrough(needs, payment));

/** Begin, charge, settle: rules.md 3. */
async function payThrough(needs: PayNeeds, payment: Payment): Promise<Paid['answer']> {
  const place = payment.card && needs.gateway.admit();
  try {
    const lease = startLease(needs.paymentTimeoutSeconds);
    const order = {
      ...payment,
      lease,
      canCharge: place ? 'yes' : payment.card ? 'no room' : 'no card',
    } as const;
    const begun = await beginAttempt(needs, {
      ...order,
      write: (attemptId, onSend) =>
        beginPayment(needs.fail.around(needs.pool, 'pay begin'), { ...order, attemptId, onSend }),
      cancel: (attemptId) => cancelUnsentAttempt(needs.pool, order.bookingId, attemptId),
    });
    if (begun.kind === 'paid') return answerOrThrow(needs, begun);
    if (!place || !payment.card) throw new Error('a charge was begun without a card');
    const { attempt, amount } = begun;
    needs.fail.at('charge before');
    const outcome = await place.charge({
      attemptId: attempt.attemptId,
      amount,
      card: payment.card,
      mayBeSent: lastCheck(lease, needs.fail),
    });
    needs.fail.at('charge after');
    return answerOrThrow(
      needs,
      await settleCharge(needs, { order, attempt, amount: amount.toFixed(2), outcome }),
    );
  } finally {
    place?.leave();
  }
}

function settleCharge(needs: PayNeeds, charge: Charge): Promise<Settled> {
  const { bookingId, lease } = charge.order;
  return writeOutcome<Settled>(
    needs,
    { ...charge, bookingId, lease },
    {
      write: () => settlePayment(needs.fail.around(needs.pool, 'pay settle'), charge),
      leave: () => leavePayment(needs.pool, charge),
    },
  );
}

function answerOrThrow({ onRelease }: PayNeeds, settled: Settled): Paid['answer'] {
  if (settled.kind === 'paid') return settled.answer;
  onRelease();
  throw settled.refusal;
}
