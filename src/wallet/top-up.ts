import type { Once } from '../idempotency/idempotency.ts';
import type { Pool } from '../database/db.ts';
import type { Failpoints } from '../database/failpoints.ts';
import { hasPaise, moneyOut, type Decimal } from '../platform/money.ts';
import {
  beginAttempt,
  closeAttempt,
  closeUnsent,
  completeAttempt,
  insertTopUpAttempt,
  leaseSeconds,
  lockAttempt,
  paymentsBusy,
  paymentUnresolved,
  refusalOf,
  writeOutcome,
  type Attempt,
  type Card,
  type Gateway,
  type NewAttempt,
  type WriteNeeds,
} from '../payments/payments.ts';
import { amountNotPositive, amountTooFine, amountTooLarge, walletFull } from './errors.ts';
import { addToWallet, lockBalance, type Addition, type Balance } from './moves.ts';
import { findRoom } from './queries.ts';

const MOST = 10_000;

export type TopUpNeeds = WriteNeeds & {
  gateway: Gateway;
  fail: Failpoints;
  paymentTimeoutSeconds: number;
};
export type TopUp = { username: string; amount: Decimal; card: Card; once: Once };

/** Charges a card and adds the amount to the wallet. Throws INVALID_AMOUNT, AMOUNT_TOO_LARGE, payment refusals. */
export const topUp = (needs: TopUpNeeds, order: TopUp) => needs.underWay.track(chargeAndAdd(needs, order));

async function chargeAndAdd(needs: TopUpNeeds, { username, amount, card, once }: TopUp) {
  if (amount.lessThanOrEqualTo(0)) throw amountNotPositive();
  if (amount.greaterThan(MOST)) throw amountTooLarge();
  if (!hasPaise(amount)) throw amountTooFine();
  const room = await findRoom(needs.pool, username);
  if (room !== undefined && amount.greaterThan(room)) throw walletFull();

  const place = needs.gateway.admit();
  if (!place) throw paymentsBusy();
  try {
    const lease = leaseSeconds(needs.paymentTimeoutSeconds);
    const order = { username, amount: amount.toFixed(2), purpose: 'top-up', leaseSeconds: lease } as const;
    const attempt = await begin(needs, order, once);
    needs.fail.at('charge before');
    const outcome = await place.charge({ attemptId: attempt.attemptId, amount, card });
    needs.fail.at('charge after');
    const charged = { attempt, outcome, leaseSeconds: lease };
    if (outcome.kind !== 'charged') {
      await writeOutcome(needs, charged, () => closeAttempt(needs.pool, attempt.id, outcome));
      throw refusalOf(outcome);
    }
    const { transactionId } = outcome;
    const addition = { username, amount: order.amount, transactionId };
    return await writeOutcome(needs, charged, () =>
      complete(needs.fail.around(needs.pool, 'top-up settle'), attempt, addition, once),
    );
  } finally {
    place.leave();
  }
}

const begin = (needs: TopUpNeeds, order: NewAttempt, once: Once): Promise<Attempt> =>
  beginAttempt(needs, {
    leaseSeconds: order.leaseSeconds,
    write: (mark) =>
      needs.fail.around(needs.pool, 'top-up begin').transaction(async (tx) => {
        const attempt = await insertTopUpAttempt(tx, order);
        mark(attempt);
        await once.attach(tx, attempt.attemptId);
        return attempt;
      }),
    takeBack: async (attempt) => {
      await closeUnsent(needs.pool, attempt.id);
    },
  });

const answerOf = ({ username }: Addition, { balance, updatedAt }: Balance) => ({
  message: 'Funds added successfully',
  data: { username, balance: moneyOut(balance), updated_at: updatedAt.toISOString() },
});

/**
 * Attempt and wallet in one transaction; a second time (the answer to COMMIT was lost) it adds nothing, nor after an
 * operator, who has given the money already.
 */
async function complete(pool: Pool, { id }: Attempt, addition: Addition, once: Once) {
  return pool.transaction(async (tx) => {
    const { status, isResolved } = await lockAttempt(tx, id);
    if (isResolved) throw paymentUnresolved();
    if (status === 'Completed') return answerOf(addition, await lockBalance(tx, addition.username));
    await tx.run(completeAttempt(id, addition.transactionId));
    const answer = answerOf(addition, await addToWallet(tx, addition));
    await once.remember(tx, answer);
    return answer;
  });
}
