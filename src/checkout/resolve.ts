import { randomUUID } from 'node:crypto';
import {
  confirmPending,
  isPaid,
  lockBooking,
  lockSeats,
  readReceipt,
  reviveBooking,
  unmarkPaying,
  type LockedBooking,
} from '../bookings/bookings.ts';
import { keepAnswerOfAttempt, releaseKeyOfAttempt } from '../idempotency/idempotency.ts';
import { execute, sql, type Pool, type Tx } from '../platform/database/db.ts';
import { isRejected } from '../platform/database/db-errors.ts';
import { Refusal } from '../platform/errors.ts';
import { Decimal } from '../platform/money.ts';
import {
  findAttempt,
  lockOpenAttempt,
  recordResolution,
  refusalOfOutcome,
  tieAttempt,
  type OpenAttempt,
  type Resolution,
  type Word,
} from '../payments/payments.ts';
import { addToWallet, topUpAnswer, type Balance } from '../wallet/wallet.ts';
import { confirmByWallet } from './confirm.ts';
import { paidAnswer } from './paid.ts';

/** Says to the operator why an attempt cannot be resolved this way. */
export class CannotResolve extends Error {}

/**
 * Resolves an attempt as the operator found it at the gateway (rules.md 3), in one transaction and only once.
 * When it throws CannotResolve, nothing is changed.
 */
export async function resolveAttempt(pool: Pool, order: Word): Promise<void> {
  try {
    await pool.transaction((tx) => resolve(tx, order));
  } catch (error) {
    if (!isRejected(error)) throw error;
    throw new CannotResolve(`the database does not take it (${error.message}): settle it otherwise`, {
      cause: error,
    });
  }
}

async function resolve(tx: Tx, order: Word): Promise<void> {
  const known = await findAttempt(tx, order.id);
  if (!known) throw new CannotResolve(`there is no attempt ${order.id}`);
  const booking = known.bookingId === null ? undefined : await lockBooking(tx, known.bookingId);
  if (booking) await lockSeats(tx, booking.id);
  const attempt = await lockOpenAttempt(tx, order.id);
  if (!attempt) throw new CannotResolve(`there is no attempt ${order.id}`);
  checkOpen(attempt, order, booking);
  refuseAnothers(attempt, order.resolution);
  const hadItsEffect = checkEarlier(attempt, order.resolution);
  const transactionId = await recordResolution(tx, order);
  if (!hadItsEffect) await effects[order.resolution](tx, { ...attempt, transactionId });
}

function checkOpen(
  { id, status, resolution, transactionId, purpose, isUnderWay }: OpenAttempt,
  { resolution: wanted, transactionId: named }: Word,
  booking: LockedBooking | undefined,
): void {
  if (resolution !== null) throw new CannotResolve(`attempt ${id} was settled before: ${resolution}`);
  if (isUnderWay) throw new CannotResolve(`attempt ${id} is still under way`);
  if (status === 'Failed') throw new CannotResolve(`attempt ${id} failed: it charged nobody`);
  const isInOrder = purpose !== 'booking' || (booking && isPaid(booking.status));
  if (status === 'Completed' && isInOrder) throw new CannotResolve(`attempt ${id} is in order`);
  if (wanted === 'failed' && transactionId !== null) {
    throw new CannotResolve(
      `attempt ${id} was charged (transaction ${transactionId}): refund, credit or confirm it`,
    );
  }
  if (named !== undefined && transactionId !== null && named !== transactionId)
    throw new CannotResolve(`attempt ${id} was charged as transaction ${transactionId}, not ${named}`);
}

/**
 * After an account is deleted, another customer may get its username. The money of the charged card must not
 * go to that customer.
 */
function refuseAnothers({ id, username, isAnothers }: OpenAttempt, wanted: Resolution): void {
  if (!isAnothers || wanted === 'refunded' || wanted === 'failed') return;
  throw new CannotResolve(`attempt ${id}: ${username} is another customer by now: refund it`);
}

/**
 * Whether an attempt that a late charge opened again was already credited or confirmed when no transaction of
 * it was known. An attempt charges at most once, so that resolution was for this charge and cannot be applied
 * again.
 */
function checkEarlier({ id, earlier, earlierTransactionId }: OpenAttempt, wanted: Resolution): boolean {
  const isHad = (earlier === 'credited' || earlier === 'confirmed') && earlierTransactionId === null;
  if (isHad && wanted !== earlier)
    throw new CannotResolve(
      `attempt ${id} was ${earlier} before its charge was known: ${earlier} is what it is`,
    );
  return isHad;
}

type Effect = (tx: Tx, attempt: OpenAttempt) => Promise<void>;
const effects: Record<Resolution, Effect> = {
  refunded: (tx, attempt) => keepDeclined(tx, attempt),
  // The gateway did not charge: the booking may be paid again, and the Idempotency-Key of the request is
  // free.
  failed: async (tx, { bookingId, attemptId }) => {
    if (bookingId !== null) await unmarkPaying(tx, bookingId);
    await releaseKeyOfAttempt(tx, attemptId);
  },
  credited: async (tx, attempt) => {
    const { username, balance } = await credit(tx, attempt);
    if (attempt.purpose !== 'top-up') return keepDeclined(tx, attempt);
    await keepSuccess(tx, attempt, topUpAnswer(username, balance));
  },
  confirmed: confirmByOperator,
};

async function credit(
  tx: Tx,
  { id, attemptId, username, amount, transactionId }: OpenAttempt,
): Promise<{ username: string; balance: Balance }> {
  if (username === null) throw new CannotResolve(`attempt ${id} names no customer`);
  try {
    const credited = { username, amount, transactionId: transactionId ?? attemptId };
    return { username, balance: await addToWallet(tx, credited) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'CUSTOMER_NOT_FOUND') throw error;
    throw new CannotResolve(`attempt ${id}: ${username} is no customer, or no longer: refund it`, {
      cause: error,
    });
  }
}

/**
 * Only possible while the booking has its seats or they are free. In the second case the booking is written
 * again under its old number.
 */
async function confirmByOperator(tx: Tx, attempt: OpenAttempt): Promise<void> {
  const { id, bookingId, username, showId, seats } = attempt;
  if (attempt.purpose === 'top-up') throw new CannotResolve(`attempt ${id} is a top-up: credit or refund it`);
  if (bookingId === null || username === null) throw new CannotResolve(`attempt ${id} names no booking`);
  let booking = await lockBooking(tx, bookingId);
  if (!booking && showId !== null && seats !== null) {
    await reviveBooking(tx, { id: bookingId, username, showId, seats });
    booking = await lockBooking(tx, bookingId);
  }
  const hold = booking && (await lockSeats(tx, bookingId));
  if (!booking || !hold || hold.seats.length < booking.seatCount) {
    throw new CannotResolve('the seats have gone to somebody else: refund or credit it');
  }
  if (booking.username !== username)
    throw new CannotResolve(`booking ${bookingId} is somebody else's by now: refund or credit it`);
  if (booking.status !== 'Pending')
    throw new CannotResolve(`booking ${bookingId} is ${booking.status} already`);
  if (attempt.purpose === 'booking' && !new Decimal(booking.amount).equals(attempt.amount)) {
    throw new CannotResolve(
      `booking ${bookingId} costs ${booking.amount}, not ${attempt.amount}: refund or credit it`,
    );
  }
  if (attempt.purpose === 'booking') {
    await confirmPending(tx, bookingId);
  } else {
    await credit(tx, attempt);
    await payShortfall(tx, booking);
  }
  await execute(tx, tieAttempt(id, bookingId));
  await keepSuccess(tx, attempt, paidAnswer(await readReceipt(tx, bookingId)));
}

async function payShortfall(tx: Tx, booking: LockedBooking): Promise<void> {
  if (await confirmByWallet(tx, booking, { transactionId: randomUUID(), onlyIf: sql`true` })) return;
  throw new CannotResolve('the wallet holds too little for the rest of the price: credit it instead');
}

/** The answer to repetitions of the attempt's request, if it carried an Idempotency-Key. */
const keepSuccess = (tx: Tx, { attemptId }: OpenAttempt, answer: object) =>
  keepAnswerOfAttempt(tx, attemptId, 200, JSON.stringify(answer));

const keepDeclined = (tx: Tx, { attemptId }: OpenAttempt) => {
  const { status, code, message } = refusalOfOutcome({ kind: 'declined' });
  return keepAnswerOfAttempt(tx, attemptId, status, JSON.stringify({ code, message }));
};
