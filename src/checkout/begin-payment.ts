import {
  bookingExpired,
  bookingNotFound,
  lockBooking,
  lockSeats,
  markPaying,
  unauthorizedAccess,
  unmarkPaying,
  type HoldState,
  type LockedBooking,
} from '../bookings/bookings.ts';
import type { Once } from '../idempotency/idempotency.ts';
import { Decimal } from '../platform/money.ts';
import { maybeOne, sql, type Pool, type Tx } from '../platform/database/db.ts';
import {
  closeUnsent,
  insertBookingAttempt,
  insufficientBalance,
  paymentInProgress,
  paymentsBusy,
  paymentUnresolved,
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
type Payable = { booking: LockedBooking; hold: HoldState };

/**
 * Step (a) of a payment (rules.md 3). It locks the booking and its seats, checks the hold, and then either
 * marks a payment as under way or takes the full price from the wallet. When it throws a payment refusal of
 * api.md, nothing is written.
 */
export async function beginPayment(pool: Pool, payment: NewPayment): Promise<Begun> {
  const paidByWallet = payment.method === 'Wallet' && (await payByWallet(pool, payment));
  return paidByWallet || pool.transaction((tx) => beginCharge(tx, payment));
}

async function lockPayable(tx: Tx, payment: Payment): Promise<Payable> {
  const { bookingId } = payment;
  const [booking, hold] = await Promise.all([lockBooking(tx, bookingId), lockSeats(tx, bookingId)]);
  if (!booking) throw bookingNotFound();
  if (booking.username !== payment.username) throw unauthorizedAccess();
  if (booking.status !== 'Pending') throw notPayable();
  if (hold.isPaying) throw paymentInProgress();
  if (hold.isUnresolved) throw paymentUnresolved();
  if (hold.isOver || hold.seats.length < booking.seatCount) throw bookingExpired();
  return { booking, hold };
}

/**
 * Takes the full price from the wallet. Returns nothing if the balance is too low or the hold has expired.
 */
async function payByWallet(pool: Pool, payment: Payment): Promise<Paid | undefined> {
  return pool.transaction(async (tx) => {
    const payable = await lockPayable(tx, payment);
    // Without an Idempotency-Key no statement follows. If no money moved, there is nothing to commit.
    return payWholly(payment.once.keyed ? tx : tx.last, payment, payable);
  });
}

async function payWholly(tx: Tx, payment: Payment, { booking, hold }: Payable): Promise<Paid | undefined> {
  const transactionId = await confirmByWallet(tx, booking, { onlyPayable: true });
  if (transactionId === undefined) return undefined;
  const done = toPaid(booking, { seats: hold.seats, paymentType: 'Wallet', transactionId });
  await payment.once.remember(tx, done.answer);
  return done;
}

async function beginCharge(tx: Tx, payment: NewPayment): Promise<Begun> {
  const payable = await lockPayable(tx, payment);
  if (payment.method === 'Card') {
    return writeAttempt(tx, payment, payable, {
      purpose: 'booking',
      amount: new Decimal(payable.booking.amount),
    });
  }
  const { balance } = await lockBalance(tx, payment.username);
  const amount = new Decimal(payable.booking.amount).minus(balance);
  if (amount.lessThanOrEqualTo(0)) {
    // Either the wallet was topped up meanwhile or the hold has expired. The wallet is locked now, so its
    // balance shows which.
    const done = await payWholly(tx, payment, payable);
    if (!done) throw bookingExpired();
    return done;
  }
  if (payment.canCharge === 'no card') throw insufficientBalance();
  return writeAttempt(tx, payment, payable, { purpose: 'shortfall', amount });
}

async function writeAttempt(
  tx: Tx,
  payment: NewPayment,
  { booking, hold }: Payable,
  { purpose, amount }: { purpose: 'booking' | 'shortfall'; amount: Decimal },
): Promise<Begun> {
  if (payment.canCharge === 'no room') throw paymentsBusy();
  const { username, attemptId, once } = payment;
  const about = { username, purpose, amount: amount.toFixed(2), leaseSeconds: payment.lease.seconds };
  payment.onSend();
  // If the hold has expired, nothing was written, so there is nothing to roll back.
  const attempt = await insertAttempt(once.keyed ? tx : tx.last, booking, {
    ...about,
    attemptId,
    seats: hold.seats,
  });
  if (!attempt) throw bookingExpired();
  await once.attach(tx, attemptId);
  return { kind: 'charge', attempt, amount };
}

/**
 * Marks a payment as under way and writes its attempt, in one statement. Returns nothing if no payment may
 * begin now.
 */
export async function insertAttempt(
  tx: Tx,
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
