import type { Once } from '../idempotency/idempotency.ts';
import type { Pool } from '../platform/database/db.ts';
import type { Failpoints } from '../platform/database/failpoints.ts';
import { Decimal, hasPaise, moneyOut } from '../platform/money.ts';
import {
  beginAttempt,
  closeAttempt,
  closeUnsent,
  completeAttempt,
  recordLateOutcome,
  insertTopUpAttempt,
  isEffected,
  isResolvedByOperator,
  lastCheck,
  leaveToOperator,
  listLostAttempt,
  lockAttempt,
  paymentsBusy,
  refusalOf,
  startLease,
  writeOutcome,
  type Attempt,
  type Card,
  type Gateway,
  type Lease,
  type Outcome,
  type Unsettled,
  type WriteNeeds,
} from '../payments/payments.ts';
import { amountNotPositive, amountTooFine, amountTooLarge, walletFull } from './errors.ts';
import { addToWallet, lockBalance, type Balance } from './moves.ts';

const MOST = 10_000;
// The column's last amount.
const FULL = new Decimal('99999999.99');

export type TopUpNeeds = WriteNeeds & {
  gateway: Gateway;
  fail: Failpoints;
  paymentTimeoutSeconds: number;
};
export type TopUp = { username: string; amount: Decimal; card: Card; once: Once };
type LeasedTopUp = TopUp & { lease: Lease; hasPlace: boolean };

/** Charges a card and adds the amount to the wallet. Throws INVALID_AMOUNT, AMOUNT_TOO_LARGE, payment refusals. */
export const topUp = (needs: TopUpNeeds, order: TopUp) => needs.underWay.track(chargeAndAdd(needs, order));

async function chargeAndAdd(needs: TopUpNeeds, wish: TopUp) {
  const { amount, card } = wish;
  if (amount.lessThanOrEqualTo(0)) throw amountNotPositive();
  if (amount.greaterThan(MOST)) throw amountTooLarge();
  if (!hasPaise(amount)) throw amountTooFine();

  const place = needs.gateway.admit();
  try {
    const lease = startLease(needs.paymentTimeoutSeconds);
    const order = { ...wish, lease, hasPlace: place !== undefined };
    const attempt = await begin(needs, order);
    if (!place) throw paymentsBusy();
    needs.fail.at('charge before');
    const mayBeSent = lastCheck(lease, needs.fail);
    const outcome = await place.charge({ attemptId: attempt.attemptId, amount, card, mayBeSent });
    needs.fail.at('charge after');
    const written = await writeOutcome<Added>(
      needs,
      { attempt, outcome, lease },
      {
        write: () => settleTopUp(needs.fail.around(needs.pool, 'top-up settle'), { order, attempt, outcome }),
        leave: () => leave(needs.pool, { order, attempt, outcome }),
      },
    );
    if (written.kind === 'refused') throw written.refusal;
    return written.answer;
  } finally {
    place?.leave();
  }
}

const begin = (needs: TopUpNeeds, order: LeasedTopUp): Promise<Attempt> =>
  beginAttempt(needs, {
    lease: order.lease,
    write: (attemptId, onSend) =>
      needs.fail.around(needs.pool, 'top-up begin').transaction(async (tx) => {
        // Whatever the wallet would refuse is refused before a card is charged for it.
        const { balance } = await lockBalance(tx, order.username);
        onSend();
        // Where it does not fit nothing was written, so there is nothing to roll back either.
        const attempt = await insertTopUpAttempt(
          order.hasPlace && !order.once.keyed ? tx.last : tx,
          {
            attemptId,
            username: order.username,
            purpose: 'top-up',
            amount: order.amount.toFixed(2),
            leaseSeconds: order.lease.seconds,
          },
          FULL.minus(balance).toFixed(2),
        );
        if (!attempt) throw walletFull();
        if (!order.hasPlace) throw paymentsBusy();
        await order.once.attach(tx, attempt.attemptId);
        return attempt;
      }),
    cancel: async (attemptId) => {
      if (await closeUnsent(needs.pool, attemptId)) return;
      // The transaction that wrote it may still be open on a connection that was lost; its lock is waited for.
      await needs.pool.transaction((tx) => lockBalance(tx, order.username));
      await closeUnsent(needs.pool, attemptId);
    },
  });

type Charge = { order: LeasedTopUp; attempt: Attempt; outcome: Outcome };
type Added = { kind: 'added'; answer: ReturnType<typeof answerOf> } | Unsettled;

const answerOf = ({ username }: LeasedTopUp, { balance, updatedAt }: Balance) => ({
  message: 'Funds added successfully',
  data: { username, balance: moneyOut(balance), updated_at: updatedAt.toISOString() },
});

/** Attempt and wallet in one transaction; a second time (the answer to COMMIT was lost) it adds nothing. */
async function settleTopUp(pool: Pool, charge: Charge): Promise<Added> {
  const { order, outcome } = charge;
  const { id } = charge.attempt;
  return pool.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, charge.attempt);
    if (!attempt) return listLostAttempt(tx, lost(charge));
    if (isEffected(attempt, outcome))
      return { kind: 'added', answer: answerOf(order, await lockBalance(tx, order.username)) };
    if (isResolvedByOperator(attempt)) return recordLateOutcome(tx, charge, attempt);
    if (outcome.kind !== 'charged') {
      await closeAttempt(tx, id, outcome);
      return { kind: 'refused', refusal: refusalOf(outcome) };
    }
    const { transactionId } = outcome;
    const addition = { username: order.username, amount: order.amount.toFixed(2), transactionId };
    const [, balance] = await Promise.all([
      tx.run(completeAttempt({ id, transactionId })),
      addToWallet(tx, addition),
    ]);
    const answer = answerOf(order, balance);
    await order.once.rememberCharged(tx.last, answer);
    return { kind: 'added', answer };
  });
}

/** Leaves a charge to the operator that the wallet does not take. */
async function leave(pool: Pool, charge: Charge): Promise<Unsettled> {
  const { id } = charge.attempt;
  return pool.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, charge.attempt);
    if (!attempt) return listLostAttempt(tx, lost(charge));
    if (isResolvedByOperator(attempt)) return recordLateOutcome(tx, charge, attempt);
    return leaveToOperator(tx, id, charge.outcome, 'charged, but its effect was refused');
  });
}

const lost = ({ order: { username, amount }, ...charge }: Charge) => ({
  ...charge,
  username,
  amount: amount.toFixed(2),
  purpose: 'top-up' as const,
});
