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
  /** Whether a card was given and the gateway has room to charge it. */
  canCharge: 'yes' | 'no card' | 'no room';
  once: Once;
};
/** `onSend` is called before an attempt is sent to the database, where it may stay although the answer is lost. */
type Beginning = PaymentOrder & { attemptId: string; onSend: () => void };

/** Either all is done already, from the wallet, or a card is to be charged. */
export type Begun = Paid | { kind: 'charge'; attempt: Attempt; amount: Decimal };
type Payable = { booking: LockedBooking; hold: HoldState };

/**
 * Step (a) of a payment (rules.md 3): under the locks of booking and seats, judge the hold and mark a payment as under
 * way, or take all from the wallet. Throws the payment refusals of api.md; then nothing is written.
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

/** Takes all from the wallet; nothing where it has too little, or the hold has ended. */
async function payByWallet(pool: Pool, order: PaymentOrder): Promise<Paid | undefined> {
  return pool.transaction(async (tx) => {
    const payable = await lockPayable(tx, order);
    // Without a key nothing follows, and where no money moved there is nothing to commit.
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
    // Money has come meanwhile, or the hold has ended: now that the wallet is locked, it shows which.
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
  // Where the hold has ended nothing was written, so there is nothing to roll back either.
  const attempt = await insertAttempt(once.keyed ? tx : tx.last, booking, {
    ...about,
    attemptId,
    seats: hold.seats,
  });
  if (!attempt) throw bookingExpired();
  await once.attach(tx, attemptId);
  return { kind: 'charge', attempt, amount };
}

/** Marks a payment as under way and writes its attempt, in one statement; nothing where none may begin now. */
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

/** Closes an attempt for which nothing was sent to the gateway, if it was ever written, and removes its mark. */
export async function cancelUnsentAttempt(pool: Pool, bookingId: number, attemptId: string): Promise<void> {
  await pool.transaction(async (tx) => {
    // The transaction that wrote it may still be open on a connection that was lost; its lock is waited for.
    const booking = await lockBooking(tx, bookingId);
    if (!(await closeUnsent(tx, attemptId))) return;
    if (booking) await unmarkPaying(tx.last, booking.id);
  });
}
