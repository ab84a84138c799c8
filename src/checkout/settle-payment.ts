import { isPaid, lockBooking, lockSeats, unmarkPaying, type LockedBooking } from '../bookings/bookings.ts';
import type { Pool, Tx } from '../platform/database/db.ts';
import type { Refusal } from '../platform/errors.ts';
import {
  closeAttempt,
  completeAttempt,
  findTransaction,
  recordLateOutcome,
  insufficientBalance,
  hasTakenEffect,
  isResolvedByOperator,
  leaveToOperator,
  listLostAttempt,
  lockAttempt,
  refusalOfOutcome,
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
    if (outcome.kind !== 'charged') return giveUp(tx, charge, booking, refusalOfOutcome(outcome));
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
  refusal: Refusal,
): Promise<Settled> {
  // The attempt may be closed already because the answer to COMMIT was lost. The mark may then belong to the
  // next payment.
  const isClosed = await closeAttempt(tx, attempt.id, outcome);
  await Promise.all([
    ...(booking && isClosed ? [unmarkPaying(tx.last, booking.id)] : []),
    payment.once.rememberRefusal(tx.last, refusal),
  ]);
  return { kind: 'refused', refusal };
}

/** Confirms a booking that was charged, and keeps the answer for repetitions. */
async function rememberPaid(tx: Tx, payment: Payment, ...about: Parameters<typeof toPaid>): Promise<Paid> {
  const done = toPaid(...about);
  await payment.once.rememberCharged(tx, done.answer);
  return done;
}

async function settleCard(
  tx: Tx,
  { attempt, payment }: ChargedPayment,
  booking: LockedBooking,
  seats: string[],
  transactionId: string,
): Promise<Settled> {
  const [, done] = await Promise.all([
    confirmByCard(tx.last, booking.id, { attempt: attempt.id, transactionId }),
    rememberPaid(tx.last, payment, booking, { seats, paymentType: 'Card', transactionId }),
  ]);
  return done;
}

/** The charge is added to the wallet first. If the balance was spent meanwhile, the money stays there. */
async function settleShortfall(
  tx: Tx,
  { payment, attempt, amount }: ChargedPayment,
  booking: LockedBooking,
  seats: string[],
  transactionId: string,
): Promise<Settled> {
  const [, , walletTransaction] = await Promise.all([
    addToWallet(tx, { username: payment.username, amount: amount.toFixed(2), transactionId }),
    tx.run(completeAttempt({ id: attempt.id, transactionId })),
    confirmByWallet(tx, booking, { onlyPayable: false }),
  ]);
  if (walletTransaction !== undefined) {
    return rememberPaid(tx.last, payment, booking, {
      seats,
      paymentType: 'Wallet',
      transactionId: walletTransaction,
    });
  }
  const refusal = insufficientBalance();
  await Promise.all([unmarkPaying(tx.last, booking.id), payment.once.rememberRefusal(tx.last, refusal)]);
  return { kind: 'refused', refusal };
}

async function settledBefore(
  tx: Tx,
  { payment }: ChargedPayment,
  booking: LockedBooking | undefined,
  seats: string[] = [],
): Promise<Settled> {
  const transactionId = booking && isPaid(booking.status) ? await findTransaction(tx, booking.id) : undefined;
  if (!booking || transactionId === undefined) return { kind: 'refused', refusal: withoutBooking(payment) };
  return rememberPaid(tx, payment, booking, { seats, paymentType: payment.method, transactionId });
}

/**
 * The charged money is in the wallet: either an operator credited it, or the rest of the price was spent
 * meanwhile.
 */
const withoutBooking = ({ method }: Payment): Refusal =>
  method === 'Card' ? refusalOfOutcome({ kind: 'declined' }) : insufficientBalance();
