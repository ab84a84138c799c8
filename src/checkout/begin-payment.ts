import { randomUUID } from 'node:crypto';
import {
  bookingExpired,
  isConfirmed,
  isPayable,
  lockBooking,
  lockPayable,
  markPaying,
  unmarkPaying,
  type LockedBooking,
  type Payable,
} from '../bookings/bookings.ts';
import type { LockedKey, Once } from '../idempotency/idempotency.ts';
import { Decimal } from '../platform/money.ts';
import { maybeOne, sql, type AnyTx, type Pool, type Tx } from '../platform/database/db.ts';
import {
  closeUnsent,
  insertBookingAttempt,
  insufficientBalance,
  paymentsBusy,
  type Attempt,
  type Beginning,
  type NewAttempt,
  type ToCharge,
} from '../payments/payments.ts';
import { lockBalance } from '../wallet/wallet.ts';
import { notPayable } from './errors.ts';
import { toPaid, type Paid } from './paid.ts';
import { confirmByWallet } from './confirm.ts';

/** What a customer pays, and how. */
export type Payment = { username: string; bookingId: number; method: 'Card' | 'Wallet'; once: Once };
type NewPayment = Payment & Beginning;

/** Either the wallet has paid everything, or a card must be charged. */
export type Begun = Paid | ToCharge;
type Locked = Payable & { key: LockedKey };

/**
 * Step (a) of a payment (rules.md 3). It locks the booking and its seats, checks the hold, and then either
 * marks a payment as under way or takes the full price from the wallet. When it throws a payment refusal of
 * api.md, nothing is written.
 */
export async function beginPayment(pool: Pool, payment: NewPayment): Promise<Begun> {
  // Without a card only the wallet can pay, so one statement judges the balance and takes the price.
  const isByWallet = payment.method === 'Wallet' && payment.canCharge === 'no card';
  const paid = isByWallet ? await payByWallet(pool, payment) : undefined;
  return paid ?? pool.transaction((tx) => beginCharge(tx, payment));
}

/** Takes the full price from the wallet. Returns nothing if the balance is too low or the hold has expired. */
async function payByWallet(pool: Pool, payment: Payment): Promise<Paid | undefined> {
  return pool.transaction(async (tx) => {
    const [payable, key] = await Promise.all([lockPayable(tx, payment, notPayable), payment.once.lock(tx)]);
    return payWholly(tx, { ...payable, key });
  });
}

async function payWholly(tx: Tx, { booking, hold, key }: Locked): Promise<Paid | undefined> {
  const transactionId = randomUUID();
  const bookingId = booking.id;
  const done = toPaid(booking, { seats: hold.seats, paymentType: 'Wallet', transactionId });
  const [isDone] = await Promise.all([
    confirmByWallet(tx.last, booking, { transactionId, onlyIf: isPayable({ bookingId }) }),
    key.remember(tx.last, done.answer, isConfirmed({ bookingId })),
  ]);
  return isDone ? done : undefined;
}

async function beginCharge(tx: Tx, payment: NewPayment): Promise<Begun> {
  const [payable, wallet, key] = await Promise.all([
    lockPayable(tx, payment, notPayable),
    payment.method === 'Wallet' ? lockBalance(tx, payment.username) : undefined,
    payment.once.lock(tx),
  ]);
  const locked = { ...payable, key };
  const price = new Decimal(payable.booking.amount);
  if (!wallet) return writeAttempt(tx, payment, locked, { purpose: 'booking', amount: price });
  const amount = price.minus(wallet.balance);
  if (amount.greaterThan(0)) {
    if (payment.canCharge === 'no card') throw insufficientBalance();
    return writeAttempt(tx, payment, locked, { purpose: 'shortfall', amount });
  }
  const done = await payWholly(tx, locked);
  if (!done) throw bookingExpired();
  return done;
}

async function writeAttempt(
  tx: Tx,
  payment: NewPayment,
  { booking, hold, key }: Locked,
  { purpose, amount }: { purpose: 'booking' | 'shortfall'; amount: Decimal },
): Promise<Begun> {
  if (payment.canCharge === 'no room') throw paymentsBusy();
  const { username, attemptId } = payment;
  const about = { username, purpose, amount: amount.toFixed(2), leaseSeconds: payment.lease.seconds };
  payment.onSend();
  const [attempt] = await Promise.all([
    insertAttempt(tx.last, booking, { ...about, attemptId, seats: hold.seats }),
    key.attach(tx.last, attemptId),
  ]);
  // If the hold has expired, nothing was written, so there is nothing to roll back.
  if (!attempt) throw bookingExpired();
  return { kind: 'charge', attempt, amount };
}

/**
 * Marks a payment as under way and writes its attempt, in one statement. Returns nothing if no payment may
 * begin now.
 */
export async function insertAttempt(
  tx: AnyTx,
  { id: bookingId, showId }: LockedBooking,
  attempt: NewAttempt & { seats: readonly string[] },
): Promise<Attempt | undefined> {
  const { leaseSeconds } = attempt;
  return maybeOne<Attempt>(
    tx,
    sql`
    with marked as (${markPaying({ bookingId, leaseSeconds })}
    )
    ${insertBookingAttempt({ ...attempt, bookingId, showId, onlyIf: sql`exists (select from marked)` })}`,
  );
}

/** Closes an attempt that was not sent to the gateway, if the database has it, and removes its mark. */
export async function cancelUnsentAttempt(pool: Pool, bookingId: number, attemptId: string): Promise<void> {
  await pool.transaction(async (tx) => {
    // The transaction that wrote the attempt may still be open on a lost connection. This statement waits for
    // its lock.
    const booking = await lockBooking(tx, bookingId);
    if (!(await closeUnsent(tx, attemptId))) return;
    if (booking) await unmarkPaying(tx.last, booking.id);
  });
}
