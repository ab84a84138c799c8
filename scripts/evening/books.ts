import { findAll, type AttemptFinding, type Findings } from '../../src/checkout/checkout.ts';
import { execute, one, sql, type Sql } from '../../src/platform/database/db.ts';
import { takingsOf, type Tally } from './tally.ts';

/** The result of comparing the database with the answers that the players got. */
export type Audit = {
  /** The differences, in words; empty if there are none. */
  faults: string[];
  /** The payments of the evening whose outcome is unknown. */
  unknown: AttemptFinding[];
  /** The number of other new findings of reconcile, caused by other customers at the same time. */
  others: number;
};
type Evening = { tally: Tally; usernames: readonly string[]; before: Findings };

/**
 * Compares bookings, check-ins and payments with the tally, and the findings of reconcile with the earlier
 * ones.
 */
export async function auditEvening(on: Sql, { tally, usernames, before }: Evening): Promise<Audit> {
  const { Card, Wallet, Cash, seats } = takingsOf(tally.sold);
  const sold = tally.sold.map(({ booking }) => booking);
  const over = [...tally.expired, ...tally.cancelled].map(({ booking }) => booking);
  const books = await readRecordedTotals(on, { sold, usernames, checkedIn: tally.checkedIn, over });
  const expectedTotals = {
    card: Card.amount,
    wallet: Wallet.amount,
    cash: Cash.amount,
    bookings: sold.length,
    seats,
    checkedIn: tally.checkedIn.length,
    unknownToPlayers: 0,
    stillHeld: 0,
    failedPayments: tally.declined + tally.mistyped,
  };
  const faults = Object.entries(expectedTotals)
    .map(([what, expected]) => ({ what, expected, found: Number(books[what as keyof RecordedTotals]) }))
    .filter(({ expected, found }) => expected !== found)
    .map(({ what, expected, found }) => `${what}: the players say ${expected}, the books say ${found}`);

  const { attempts, ...rest } = newFindings(before, await findAll(on));
  const left = new Set(tally.unknown.map(({ booking }) => booking));
  const unknown = attempts.filter(({ bookingId }) => bookingId !== null && left.has(bookingId));
  if (unknown.length !== left.size) {
    faults.push(`reconcile lists ${unknown.length} of ${left.size} payments with an unknown outcome`);
  }
  const ours = attempts.filter(({ customer }) => usernames.includes(customer ?? '')).length - unknown.length;
  if (ours > 0) faults.push(`reconcile lists ${ours} more payments of the evening's customers`);
  const others = attempts.length - unknown.length - ours + rest.wallets + rest.bookings + rest.seats;
  return { faults, unknown, others };
}

function newFindings(before: Findings, after: Findings) {
  const known = new Set(before.attempts.map(({ id }) => id));
  return {
    attempts: after.attempts.filter(({ id }) => !known.has(id)),
    wallets: Math.max(0, after.wallets.length - before.wallets.length),
    bookings: Math.max(0, after.bookings.length - before.bookings.length),
    seats: Math.max(0, after.seats.length - before.seats.length),
  };
}

type BookingIds = { sold: number[]; usernames: readonly string[]; checkedIn: number[]; over: number[] };
type RecordedTotals = Record<
  | 'card'
  | 'wallet'
  | 'cash'
  | 'bookings'
  | 'seats'
  | 'checkedIn'
  | 'unknownToPlayers'
  | 'stillHeld'
  | 'failedPayments',
  string | number
>;

async function readRecordedTotals(
  on: Sql,
  { sold, usernames, checkedIn, over }: BookingIds,
): Promise<RecordedTotals> {
  return one<RecordedTotals>(
    on,
    sql`
    select coalesce(sum(amount_paid) filter (where payment_type = 'Card'), 0) as card,
      coalesce(sum(amount_paid) filter (where payment_type = 'Wallet'), 0) as wallet,
      coalesce(sum(amount_paid) filter (where payment_type = 'Cash'), 0) as cash,
      count(*) as bookings,
      coalesce(sum(no_of_seats), 0) as seats,
      count(*) filter (where status = 'CheckedIn' and id = any (${checkedIn}::bigint[])) as "checkedIn",
      (
        select count(*)
        from booking other
        where other.customer_username = any (${usernames}::text[])
          and other.status in ('Confirmed', 'CheckedIn')
          and other.id <> all (${sold}::bigint[])
      ) as "unknownToPlayers",
      (
        select count(*)
        from pending_booking_tracker tracker
        where tracker.booking_id = any (${over}::bigint[])
          and greatest(tracker.expiration_time, tracker.paying_until) > clock_timestamp()
      ) as "stillHeld",
      (
        select count(*)
        from payment_transaction
        where customer_username = any (${usernames}::text[])
          and status = 'Failed'
      ) as "failedPayments"
    from booking
    where id = any (${sold}::bigint[])
      and status in ('Confirmed', 'CheckedIn')`,
  );
}

/** Ends a hold at once, by its tracker, which holds its end (rules.md 2). */
export async function endHold(on: Sql, booking: number): Promise<void> {
  await execute(
    on,
    sql`
    update pending_booking_tracker
    set expiration_time = clock_timestamp()
    where booking_id = ${booking}`,
  );
}
