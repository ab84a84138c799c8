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
/** `mark` is told of the attempt before it is committed. */
type Beginning = PaymentOrder & { mark: (attempt: Attempt) => void };

/** Either all is done already, from the wallet, or a card is to be charged. */
export type Begun = Paid | { kind: 'charge'; attempt: Attempt; amount: Decimal };

/**
 * Step (a) of a payment (rules.md 3): under the locks of booking and seats, judge the hold and mark a payment as under
 * way, or take all from the wallet. Throws the payment refusals of api.md; then nothing is written.
 */
export async function beginPayment(pool: Pool, order: Beginning): Promise<Begun> {
  return pool.transaction(async (tx) => {
    const booking = await lockBooking(tx, order.bookingId);
    if (!booking) throw bookingNotFound();
    if (booking.username !== order.username) throw unauthorizedAccess();
    if (booking.status !== 'Pending') throw notPayable();
    const hold = await lockSeats(tx, booking.id);
    judge(hold, booking);
    return order.method === 'Card'
      ? chargeInFull(tx, order, booking, hold)
      : payByWallet(tx, order, booking, hold);
  });
}

function judge(hold: HoldState, booking: LockedBooking): void {
  if (hold.isPaying) throw paymentInProgress();
  if (hold.isUnresolved) throw paymentUnresolved();
  if (hold.isOver || hold.seats.length < booking.seatCount) throw bookingExpired();
}

async function payByWallet(
  tx: Tx,
  order: Beginning,
  booking: LockedBooking,
  hold: HoldState,
): Promise<Begun> {
  const begun = await payWholly(tx, order, booking, hold);
  if (begun) return begun;
  const { balance } = await lockBalance(tx, order.username);
  const shortfall = new Decimal(booking.amount).minus(balance);
  if (shortfall.lessThanOrEqualTo(0)) {
    // Money came between the two statements, or the hold ended: now that the wallet is locked, it shows which.
    const paidAfterAll = await payWholly(tx, order, booking, hold);
    if (!paidAfterAll) throw bookingExpired();
    return paidAfterAll;
  }
  if (order.canCharge === 'no card') throw insufficientBalance();
  return markCharge(tx, order, booking, { purpose: 'shortfall', amount: shortfall, seats: hold.seats });
}

/** Takes all from the wallet, if it has as much and the hold is still live. */
async function payWholly(tx: Tx, order: PaymentOrder, booking: LockedBooking, { seats }: HoldState) {
  const transactionId = await confirmByWallet(tx, booking, { onlyPayable: true });
  if (transactionId === undefined) return undefined;
  const done = paid(booking, { seats, paymentType: 'Wallet', transactionId });
  await order.once.remember(tx, done.answer);
  return done;
}

const chargeInFull = (tx: Tx, order: Beginning, booking: LockedBooking, { seats }: HoldState) =>
  markCharge(tx, order, booking, { purpose: 'booking', amount: new Decimal(booking.amount), seats });

async function markCharge(
  tx: Tx,
  order: Beginning,
  booking: LockedBooking,
  { purpose, amount, seats }: { purpose: 'booking' | 'shortfall'; amount: Decimal; seats: string[] },
): Promise<Begun> {
  if (order.canCharge === 'no room') throw paymentsBusy();
  const attempt = await insertAttempt(tx, booking, {
    username: order.username,
    purpose,
    amount: amount.toFixed(2),
    leaseSeconds: order.lease.seconds,
    seats,
  });
  if (!attempt) throw bookingExpired();
  order.mark(attempt);
  await order.once.attach(tx, attempt.attemptId);
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

/** Takes the mark of a payment off again that charged nobody, if it was ever written. */
export async function takeBackPayment(pool: Pool, bookingId: number, attempt: Attempt): Promise<void> {
  await pool.transaction(async (tx) => {
    // The transaction of the mark may still be open on a connection that was lost; its lock is waited for.
    const booking = await lockBooking(tx, bookingId);
    if (!(await closeUnsent(tx, attempt))) return;
    if (booking) await unmarkPaying(tx, booking.id);
  });
}
