import type { Once } from '../idempotency/idempotency.ts';
import type { Pool } from '../platform/database/db.ts';
import { Decimal, hasPaise } from '../platform/money.ts';
import {
  closeAttempt,
  closeUnsent,
  recordLateOutcome,
  insertTopUpAttempt,
  hasTakenEffect,
  isResolvedByOperator,
  leaveToOperator,
  listLostAttempt,
  lockAttempt,
  paymentsBusy,
  refusalOfOutcome,
  withAttempt,
  type Beginning,
  type Card,
  type Charged,
  type ChargeNeeds,
  type ToCharge,
  type Unsettled,
} from '../payments/payments.ts';
import { topUpAnswer } from './answers.ts';
import { amountNotPositive, amountTooFine, amountTooLarge, walletFull } from './errors.ts';
import { addToWallet, lockBalance } from './moves.ts';

const MOST = 10_000;
// The largest amount of the column.
const FULL = new Decimal('99999999.99');

export type TopUp = { username: string; amount: Decimal; once: Once };
export type CardTopUp = TopUp & { card: Card };
type ChargedTopUp = Charged & { topUp: TopUp };
type Added = { kind: 'added'; answer: ReturnType<typeof topUpAnswer> };

/** Charges a card and adds the amount to the wallet. Throws INVALID_AMOUNT, AMOUNT_TOO_LARGE, payment refusals. */
export const topUp = (needs: ChargeNeeds, wish: CardTopUp) => needs.underWay.track(chargeAndAdd(needs, wish));

async function chargeAndAdd(needs: ChargeNeeds, { card, ...wish }: CardTopUp) {
  const { pool } = needs;
  if (wish.amount.lessThanOrEqualTo(0)) throw amountNotPositive();
  if (wish.amount.greaterThan(MOST)) throw amountTooLarge();
  if (!hasPaise(wish.amount)) throw amountTooFine();

  const settled = await withAttempt<Added>(needs, card, {
    begin: (beginning) => beginTopUp(pool, { ...wish, ...beginning }),
    cancel: (attemptId) => cancelUnsentTopUp(pool, wish.username, attemptId),
    settle: (charged) => settleTopUp(pool, { ...charged, topUp: wish }),
    leave: (charged) => leaveTopUp(pool, { ...charged, topUp: wish }),
  });
  if (settled.kind === 'refused') throw settled.refusal;
  return settled.answer;
}

async function beginTopUp(pool: Pool, wish: TopUp & Beginning): Promise<ToCharge> {
  const { username, amount, once, attemptId, canCharge } = wish;
  return pool.transaction(async (tx) => {
    // An amount that the wallet would refuse must be refused before a card is charged.
    const [{ balance }, key] = await Promise.all([lockBalance(tx, username), once.lock(tx)]);
    const attempt = {
      attemptId,
      username,
      purpose: 'top-up' as const,
      amount: amount.toFixed(2),
      leaseSeconds: wish.lease.seconds,
    };
    const room = FULL.minus(balance).toFixed(2);
    if (canCharge !== 'yes')
      throw (await insertTopUpAttempt(tx, attempt, room)) ? paymentsBusy() : walletFull();
    wish.onSend();
    const [inserted] = await Promise.all([
      insertTopUpAttempt(tx.last, attempt, room),
      key.attach(tx.last, attemptId),
    ]);
    // If the amount does not fit, nothing was written, so there is nothing to roll back.
    if (!inserted) throw walletFull();
    return { kind: 'charge', attempt: inserted, amount };
  });
}

async function cancelUnsentTopUp(pool: Pool, username: string, attemptId: string): Promise<void> {
  if (await closeUnsent(pool, attemptId)) return;
  // The transaction that wrote the attempt may still be open on a lost connection. This statement waits for
  // its lock.
  await pool.transaction((tx) => lockBalance(tx, username));
  await closeUnsent(pool, attemptId);
}

/**
 * Writes attempt and wallet in one transaction. If it runs again because the answer to COMMIT was lost, it
 * adds nothing.
 */
async function settleTopUp(pool: Pool, charge: ChargedTopUp): Promise<Added | Unsettled> {
  const { topUp: wish, outcome } = charge;
  const { id } = charge.attempt;
  return pool.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, charge.attempt);
    if (!attempt) return listLostAttempt(tx, lost(charge));
    if (hasTakenEffect(attempt, outcome))
      return { kind: 'added', answer: topUpAnswer(wish.username, await lockBalance(tx, wish.username)) };
    if (isResolvedByOperator(attempt))
      return recordLateOutcome(tx, { ...charge, once: charge.topUp.once }, attempt);
    if (outcome.kind !== 'charged') {
      const refusal = refusalOfOutcome(outcome);
      await Promise.all([closeAttempt(tx.last, id, outcome), wish.once.rememberRefusal(tx.last, refusal)]);
      return { kind: 'refused', refusal };
    }
    const { transactionId } = outcome;
    const addition = { username: wish.username, amount: wish.amount.toFixed(2), transactionId, attempt: id };
    const balance = await addToWallet(wish.once.keyed ? tx : tx.last, addition);
    const answer = topUpAnswer(wish.username, balance);
    await wish.once.rememberCharged(tx.last, answer);
    return { kind: 'added', answer };
  });
}

/** Leaves a charge to the operator because the wallet cannot take it. */
async function leaveTopUp(pool: Pool, charge: ChargedTopUp): Promise<Unsettled> {
  const { id } = charge.attempt;
  return pool.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, charge.attempt);
    if (!attempt) return listLostAttempt(tx, lost(charge));
    if (isResolvedByOperator(attempt))
      return recordLateOutcome(tx, { ...charge, once: charge.topUp.once }, attempt);
    return leaveToOperator(tx, id, charge.outcome, 'charged, but its effect was refused');
  });
}

const lost = ({ topUp: { username }, amount, ...charge }: ChargedTopUp) => ({
  ...charge,
  username,
  amount: amount.toFixed(2),
  purpose: 'top-up' as const,
});
