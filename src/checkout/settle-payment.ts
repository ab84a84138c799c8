import { randomUUID } from 'node:crypto';
import {
  isConfirmed,
  isPaid,
  lockBooking,
  lockSeats,
  unmarkPaying,
  type LockedBooking,
} from '../bookings/bookings.ts';
import type { Pool, Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import {
  closeAttempt,
  findTransaction,
  recordLateOutcome,
  insufficientBalance,
  hasTakenEffect,
  isCompleted,
  isOpenAttempt,
  isResolvedByOperator,
  leaveToOperator,
  listLostAttempt,
  lockAttempt,
  refusalOfOutcome,
  type AttemptState,
  type Charged,
  type Unsettled,
} from '../payments/payments.ts';
import { addToWallet } from '../wallet/wallet.ts';
import type { Payment } from './begin-payment.ts';
import { toPaid, type Paid } from './paid.ts';
import { confirmByCard, confirmByWallet } from './confirm.ts';

/** A charge, and the payment that it is for. */
export type ChargedPayment = Charged & { payment: Payment };
/** What was written, and what the client gets as its answer. */
export type Settled = Paid | Unsettled;

/**
 * Step (c) of a payment (rules.md 3), in one transaction: confirm the booking, record the payment, move the
 * wallet, delete the tracker; or remove the mark. If the answer to COMMIT was lost and it runs again, it
 * changes nothing.
 */
export async function settlePayment(pool: Pool, charge: ChargedPayment): Promise<Settled> {
  return pool.transaction(async (tx) => {
    const { bookingId } = charge.payment;
    const [booking, hold, attempt] = await Promise.all([
      lockBooking(tx, bookingId),
      lockSeats(tx, bookingId),
      lockAttempt(tx, charge.attempt),
    ]);
    const { outcome } = charge;
    if (!attempt) return listLostAttempt(tx, lost(charge));
    if (hasTakenEffect(attempt, outcome)) return settledBefore(tx, charge, booking, hold.seats);
    if (isResolvedByOperator(attempt))
      return recordLateOutcome(tx, { ...charge, once: charge.payment.once }, attempt);
    if (outcome.kind !== 'charged') return giveUp(tx, charge, booking, attempt, refusalOfOutcome(outcome));
    const whole = booking?.status === 'Pending' && hold.seats.length === booking.seatCount;
    if (!booking || !whole) {
      return leaveToOperator(tx, charge.attempt.id, outcome, 'charged, but the booking was gone');
    }
    return charge.payment.method === 'Card'
      ? settleCard(tx, charge, booking, hold.seats, outcome.transactionId)
      : settleShortfall(tx, charge, booking, hold.seats, outcome.transactionId);
  });
}

/** Leaves a charge to the operator because the database refuses its effect. */
export async function leavePayment(pool: Pool, charge: ChargedPayment): Promise<Unsettled> {
  const { payment, attempt, outcome } = charge;
  return pool.transaction(async (tx) => {
    const [booking, , state] = await Promise.all([
      lockBooking(tx, payment.bookingId),
      lockSeats(tx, payment.bookingId),
      lockAttempt(tx, attempt),
    ]);
    if (!state) return listLostAttempt(tx, lost(charge));
    if (isResolvedByOperator(state)) return recordLateOutcome(tx, { ...charge, once: payment.once }, state);
    if (booking) await unmarkPaying(tx, booking.id);
    return leaveToOperator(tx, attempt.id, outcome, 'charged, but its effect was refused');
  });
}

const lost = ({ payment: { method, username, bookingId }, amount, ...charge }: ChargedPayment) => ({
  ...charge,
  amount: amount.toFixed(2),
  username,
  bookingId,
  purpose: method === 'Card' ? ('booking' as const) : ('shortfall' as const),
});

async function giveUp(
  tx: Tx,
  { attempt, outcome, payment }: ChargedPayment,
  booking: LockedBooking | undefined,
  state: AttemptState,
  refusal: Refusal,
): Promise<Settled> {
  await Promise.all([
    closeAttempt(tx.last, attempt.id, outcome),
    // The attempt may be closed already because the answer to COMMIT was lost. The mark may then belong to the
    // next payment.
    ...(booking && isOpenAttempt(state) ? [unmarkPaying(tx.last, booking.id)] : []),
    payment.once.rememberRefusal(tx.last, refusal),
  ]);
  return { kind: 'refused', refusal };
}

async function settleCard(
  tx: Tx,
  { attempt, payment }: ChargedPayment,
  booking: LockedBooking,
  seats: string[],
  transactionId: string,
): Promise<Settled> {
  const bookingId = booking.id;
  const done = toPaid(booking, { seats, paymentType: 'Card', transactionId });
  const [isDone] = await Promise.all([
    confirmByCard(tx.last, bookingId, { attempt: attempt.id, transactionId }),
    payment.once.rememberCharged(tx.last, done.answer, isConfirmed({ bookingId })),
  ]);
  // Only a trigger of another tool can keep a locked Pending booking from being confirmed. Nothing is written then, and the
  // charge is left to the operator.
  if (!isDone) throw new Error(`the charged booking ${bookingId} could not be confirmed`);
  return done;
}

/**
 * The charge is added to the wallet first. If the balance was spent meanwhile, the money stays there. If the
 * wallet does not take it, the attempt is not completed, and the rest has no effect but the mark's removal.
 * Where the booking is confirmed, its mark is gone and the answer is stored, so what follows does nothing.
 */
async function settleShortfall(
  tx: Tx,
  { payment, attempt, amount }: ChargedPayment,
  booking: LockedBooking,
  seats: string[],
  transactionId: string,
): Promise<Settled> {
  const { username, once } = payment;
  const bookingId = booking.id;
  const addition = { username, amount: amount.toFixed(2), transactionId, attempt: attempt.id };
  const isAdded = isCompleted(attempt.id);
  const fromWallet = { transactionId: randomUUID(), onlyIf: isAdded };
  const paidFor = { seats, paymentType: 'Wallet', transactionId: fromWallet.transactionId } as const;
  const done = toPaid(booking, paidFor);
  const refusal = insufficientBalance();
  const [, isDone] = await Promise.all([
    addToWallet(tx.last, addition),
    confirmByWallet(tx.last, booking, fromWallet),
    unmarkPaying(tx.last, bookingId),
    once.rememberCharged(tx.last, done.answer, isConfirmed({ bookingId })),
    once.rememberRefusal(tx.last, refusal, isAdded),
  ]);
  return isDone ? done : { kind: 'refused', refusal };
}

async function settledBefore(
  tx: Tx,
  { payment }: ChargedPayment,
  booking: LockedBooking | undefined,
  seats: string[] = [],
): Promise<Settled> {
  const transactionId = booking && isPaid(booking.status) ? await findTransaction(tx, booking.id) : undefined;
  if (!booking || transactionId === undefined) return { kind: 'refused', refusal: withoutBooking(payment) };
  const done = toPaid(booking, { seats, paymentType: payment.method, transactionId });
  await payment.once.rememberCharged(tx.last, done.answer);
  return done;
}

/**
 * The charged money is in the wallet: either an operator credited it, or the rest of the price was spent
 * meanwhile.
 */
const withoutBooking = ({ method }: Payment): Refusal =>
  method === 'Card' ? refusalOfOutcome({ kind: 'declined' }) : insufficientBalance();
