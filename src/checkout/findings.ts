import { many, one, sql, type Sql, type Statement } from '../platform/database/db.ts';
import { paid } from '../bookings/bookings.ts';
import { NO_REPORT } from '../payments/payments.ts';

/**
 * All inconsistencies of money and seats. Rows from before the take-over of a reference's database are only
 * counted.
 */
export type Findings = {
  attempts: AttemptFinding[];
  wallets: WalletFinding[];
  bookings: BookingFinding[];
  seats: SeatFinding[];
  beforeTakeOver: { attempts: number; wallets: number; bookings: number; seats: number };
  /**
   * Not an inconsistency, and absent if the list is empty: attempts that an operator called failed in the
   * last day. Only the operator's word says so: a process that stood still may have charged after the
   * operator looked, and died before it recorded the charge.
   */
  calledFailed?: AttemptFinding[];
};

export type AttemptFinding = {
  id: number;
  attemptId: string;
  problem: string;
  purpose: string;
  customer: string | null;
  bookingId: number | null;
  amount: string;
  transactionId: string | null;
  /** Why the outcome is unknown, and any earlier resolution by an operator. */
  reason: string | null;
  at: Date;
};
export type WalletFinding = { username: string; balance: string; history: string };
export type BookingFinding = {
  id: number;
  customer: string;
  amount: string;
  paymentType: string;
  bookedAt: Date;
};
export type SeatFinding = { showId: number; seat: string; bookings: number[] };

/**
 * Reads all findings, or only those of the last hours. The short form is cheap enough for a gauge, and leaves
 * out the counts of older rows.
 */
export async function findAll(on: Sql, sinceHours?: number): Promise<Findings> {
  const since =
    sinceHours === undefined
      ? sql`'-infinity'::timestamptz`
      : sql`now() - make_interval(hours => ${sinceHours})`;
  const isWhole = sinceHours === undefined;
  // One after the other, so that they take one core of the database at most.
  const attempts = await listAttempts(on, since);
  const wallets = await listWallets(on, since);
  const bookings = await listUnpaidBookings(on, since);
  const seats = await listDoubleSeats(on, since);
  const beforeTakeOver = isWhole ? await countBefore(on) : NONE_BEFORE;
  const calledFailed = isWhole ? await listCalledFailed(on) : [];
  const found = { attempts, wallets, bookings, seats, beforeTakeOver };
  return calledFailed.length > 0 ? { ...found, calledFailed } : found;
}

const NONE_BEFORE = { attempts: 0, wallets: 0, bookings: 0, seats: 0 };

export const countFindings = ({ attempts, wallets, bookings, seats }: Findings) =>
  attempts.length + wallets.length + bookings.length + seats.length;

// A charge whose booking is not confirmed, or an attempt whose outcome is unknown.
const OPEN_ATTEMPT = sql`
  payment.resolution is null
  and (payment.status = 'Unknown'
    or (payment.status = 'Processing' and payment.lease_until > clock_timestamp() is not true)
    or (payment.status = 'Completed' and payment.purpose = 'booking'
      and not exists (
        select from booking
        where booking.id = payment.booking_id
          and ${paid}
      )))`;
const lastPayment = sql`(select last_payment_id from take_over)`;
const lastBooking = sql`(select last_booking_id from take_over)`;

const FINDING = sql`payment.id, payment.attempt_id as "attemptId",
      case
        when payment.resolution = 'failed' then 'called failed'
        when payment.transaction_id is not null then 'charged, not confirmed'
        else 'outcome unknown'
      end as problem,
      payment.purpose, payment.customer_username as customer,
      coalesce(payment.booking_id, payment.original_booking_id) as "bookingId", payment.amount,
      payment.transaction_id as "transactionId", payment.reason, payment.processed_at as at`;

async function listCalledFailed(on: Sql): Promise<AttemptFinding[]> {
  return many<AttemptFinding>(
    on,
    sql`
    select ${FINDING}
    from payment_transaction payment
    where payment.resolution = 'failed'
      and payment.resolved_at > clock_timestamp() - interval '24 hours'
      and (payment.reason is null or payment.reason = ${NO_REPORT} or payment.reason like 'unknown%')
    order by payment.id`,
  );
}

/** Attempts whose outcome is unknown are listed whatever their age. */
async function listAttempts(on: Sql, since: Statement): Promise<AttemptFinding[]> {
  return many<AttemptFinding>(
    on,
    sql`
    select ${FINDING}
    from payment_transaction payment
    where payment.id > ${lastPayment}
      and (payment.status in ('Unknown', 'Processing') or payment.processed_at >= ${since})
      and ${OPEN_ATTEMPT}
    order by payment.id`,
  );
}

/** Balance = the unexplained part at the take-over + all additions - all withdrawals. */
async function listWallets(on: Sql, since: Statement): Promise<WalletFinding[]> {
  return many<WalletFinding>(
    on,
    sql`
    select wallet.username, wallet.balance, wallet_sum.history
    from customer_wallet wallet
    cross join lateral (
      select coalesce(sum(case when moved.transaction_type = 'ADD' then moved.amount else -moved.amount end), 0)
        + coalesce((select amount from wallet_opening_difference opening where opening.wallet_id = wallet.id), 0) as history
      from wallet_transaction moved
      where moved.wallet_id = wallet.id
    ) wallet_sum
    where wallet.updated_at >= ${since}
      and wallet.balance <> wallet_sum.history
    order by wallet.username`,
  );
}

async function listUnpaidBookings(on: Sql, since: Statement): Promise<BookingFinding[]> {
  return many<BookingFinding>(
    on,
    sql`
    select booking.id, booking.customer_username as customer, booking.amount_paid as amount,
      booking.payment_type as "paymentType", booking.booking_time as "bookedAt"
    from booking
    where booking.id > ${lastBooking}
      and booking.booking_time >= ${since}
      and ${paid}
      and booking.customer_username is not null
      and not exists (
        select from payment_transaction payment
        where payment.booking_id = booking.id
          and (payment.status = 'Completed'
            -- The attempt now carries a late charge. The transaction that confirmed the booking is listed
            -- with it.
            or payment.earlier_resolution = 'confirmed')
          and payment.payment_method = booking.payment_type
          and payment.amount = booking.amount_paid
      )
    order by booking.id`,
  );
}

async function listDoubleSeats(on: Sql, since: Statement): Promise<SeatFinding[]> {
  return many<SeatFinding>(
    on,
    sql`
    select booking.show_id as "showId", seat.seat_number as seat,
      array_agg(booking.id::float8 order by booking.id) as bookings
    from booking
    join booking_seat_mapping seat on seat.booking_id = booking.id
    where booking.booking_time >= ${since}
      and (seat.held_until is null or seat.held_until > clock_timestamp())
    group by booking.show_id, seat.seat_number
    having count(*) > 1
      and max(booking.id) > ${lastBooking}
    order by booking.show_id, seat.seat_number`,
  );
}

async function countBefore(on: Sql): Promise<Findings['beforeTakeOver']> {
  return one<Findings['beforeTakeOver']>(
    on,
    sql`
    select
      (select count(*) from payment_transaction payment where payment.id <= ${lastPayment} and ${OPEN_ATTEMPT}) as attempts,
      (select count(*) from wallet_opening_difference) as wallets,
      (
        select count(*)
        from booking
        where booking.id <= ${lastBooking}
          and ${paid}
          and booking.customer_username is not null
          and not exists (
            select from payment_transaction payment
            where payment.booking_id = booking.id
              and payment.status = 'Completed'
          )
      ) as bookings,
      (select count(*) from booking_seat_mapping where show_id is null) as seats`,
  );
}
