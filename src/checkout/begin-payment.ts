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
  type Lease,
  type NewAttempt,
} from '../payments/payments.ts';
import { lockBalance } from '../wallet/wallet.ts';
import { notPayable } from './errors.ts';
import { paid, type Paid } from './paid.ts';
import { confirmByWallet } from './confirm.ts';

export type PaymentOrder = {
  username: string;
  bookingId: number;
  method: 'Card' | 'Wallet';
  lease: Lease;
  /** Whether the request has a card, and whether the gateway has a free place to charge it. */
  canCharge: 'yes' | 'no card' | 'no room';
  once: Once;
};
/**
 * `onSend` is called before the attempt is sent to the database. From then on the attempt may be committed
 * even if the answer is lost.
 */
type Beginning = PaymentOrder & { attemptId: string; onSend: () => void };

/** Either the wallet has paid everything, or a card must be charged. */
export type Begun = Paid | { kind: 'charge'; attempt: Attempt; amount: Decimal };
type Payable = { booking: LockedBooking; hold: HoldState };

/**
 * Step (a) of a payment (rules.md 3). It locks the booking and its seats, checks the hold, and then either
 * marks a payment as under way or takes the full price from the wallet. When it throws a payment refusal of
 * api.md, nothing is written.
 */
export async function beginPayment(pool: Pool, order: Beginning): Promise<Begun> {
  const paidByWallet = order.method === 'Wallet' && (await payByWallet(pool, order));
  return paidByWallet || pool.transaction((tx) => beginCharge(tx, order));
}

async function lockPayable(tx: Tx, order: PaymentOrder): Promise<Payable> {
  const { bookingId } = order;
  const [booking, hold] = await Promise.all([lockBooking(tx, bookingId), lockSeats(tx, bookingId)]);
  if (!booking) throw bookingNotFound();
  if (booking.username !== order.username) throw unauthorizedAccess();
  if (booking.status !== 'Pending') throw notPayable();
  if (hold.isPaying) throw paymentInProgress();
  if (hold.isUnresolved) throw paymentUnresolved();
  if (hold.isOver || hold.seats.length < booking.seatCount) throw bookingExpired();
  return { booking, hold };
}

/**
 * Takes the full price from the wallet. Returns nothing if the balance is too low or the hold has expired.
 */
async function payByWallet(pool: Pool, order: PaymentOrder): Promise<Paid | undefined> {
  return pool.transaction(async (tx) => {
    const payable = await lockPayable(tx, order);
    // Without an Idempotency-Key no statement follows. If no money moved, there is nothing to commit.
    return payWholly(order.once.keyed ? tx : tx.last, order, payable);
  });
}

async function payWholly(tx: Tx, order: PaymentOrder, { booking, hold }: Payable): Promise<Paid | undefined> {
  const transactionId = await confirmByWallet(tx, booking, { onlyPayable: true });
  if (transactionId === undefined) return undefined;
  const done = paid(booking, { seats: hold.seats, paymentType: 'Wallet', transactionId });
  await order.once.remember(tx, done.answer);
  return done;
}

async function beginCharge(tx: Tx, order: Beginning): Promise<Begun> {
  if (order.method === 'Card') {
    const payable = await lockPayable(tx, order);
    return writeAttempt(tx, order, payable, {
      purpose: 'booking',
      amount: new Decimal(payable.booking.amount),
    });
  }
  const payable = await lockPayable(tx, order);
  const { balance } = await lockBalance(tx, order.username);
  const amount = new Decimal(payable.booking.amount).minus(balance);
  if (amount.lessThanOrEqualTo(0)) {
    // Either the wallet was topped up meanwhile or the hold has expired. The wallet is locked now, so its
    // balance shows which.
    const done = await payWholly(tx, order, payable);
    if (!done) throw bookingExpired();
    return done;
  }
  if (order.canCharge === 'no card') throw insufficientBalance();
  return writeAttempt(tx, order, payable, { purpose: 'shortfall', amount });
}

async function writeAttempt(
  tx: Tx,
  order: Beginning,
  { booking, hold }: Payable,
  { purpose, amount }: { purpose: 'booking' | 'shortfall'; amount: Decimal },
): Promise<Begun> {
  if (order.canCharge === 'no room') throw paymentsBusy();
  const { username, attemptId, once } = order;
  const about = { username, purpose, amount: amount.toFixed(2), leaseSeconds: order.lease.seconds };
  order.onSend();
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
