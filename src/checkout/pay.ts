import { withAttempt, type Card, type ChargeNeeds } from '../payments/payments.ts';
import { beginPayment, cancelUnsentAttempt, type Payment } from './begin-payment.ts';
import type { Paid } from './paid.ts';
import { leavePayment, settlePayment } from './settle-payment.ts';

export type PayNeeds = ChargeNeeds & {
  /** Called when a payment has failed and the hold is back at its own end, which may be past. */
  onRelease: () => void;
};
export type CardPayment = Payment & { card: Card | undefined };

/**
 * Pays a hold. The payment is completed even if the client disconnects or the process is asked to stop.
 * Throws as api.md says.
 */
export const pay = (needs: PayNeeds, payment: CardPayment): Promise<Paid['answer']> =>
  needs.underWay.track(payThrough(needs, payment));

async function payThrough(needs: PayNeeds, payment: CardPayment): Promise<Paid['answer']> {
  const { pool, onRelease } = needs;
  const { bookingId, card } = payment;
  const settled = await withAttempt<Paid>(needs, card, {
    bookingId,
    begin: (beginning) => beginPayment(pool, { ...payment, ...beginning }),
    cancel: (attemptId) => cancelUnsentAttempt(pool, bookingId, attemptId),
    settle: (charged) => settlePayment(pool, { ...charged, payment }),
    leave: (charged) => leavePayment(pool, { ...charged, payment }),
  });
  if (settled.kind === 'paid') return settled.answer;
  onRelease();
  throw settled.refusal;
}
