import { hasUnresolvedAttempt } from '../payments/payments.ts';
import { maybeOne, sql, type Sql } from '../platform/database/db.ts';
import { startsAt } from '../shows/shows.ts';
import { bookingNotFound, unauthorizedAccess } from './errors.ts';
import { BOOKING, isThere, type ListedRow } from './queries.ts';
import { listedOut } from './receipt.ts';
import { isPaid } from './paid.ts';
import { findUnresolvedBooking } from './unresolved-booking.ts';

/** What the customer can do with a booking now: api.md, *One booking*. */
export const ACTIONS = ['pay', 'cancel', 'extend', 'ticket'] as const;
export const PAYMENT_STATES = ['none', 'under_way', 'unresolved'] as const;

type OwnRow = ListedRow & {
  username: string | null;
  isWhole: boolean;
  started: boolean;
  isLive: boolean;
  isExtended: boolean;
  isPaying: boolean;
  isUnresolved: boolean;
  remainingMs: number | null;
};
type OwnBookingQuery = { username: string; bookingId: number; zone: string };

/**
 * One booking of a customer's own, and how it stands. After the end of its hold it is there for as long as a charge for it is
 * under way or unresolved. Throws BOOKING_NOT_FOUND, UNAUTHORIZED_ACCESS.
 */
export async function readOwnBooking(on: Sql, query: OwnBookingQuery) {
  const { username, bookingId, zone } = query;
  const row = await findOwnBooking(on, bookingId, zone);
  if (!row) return readUnresolved(on, query);
  if (row.username !== username) throw unauthorizedAccess();
  const { remainingMs } = row;
  return {
    ...listedOut(row),
    ...(remainingMs !== null && { time_remaining_ms: Math.max(0, Math.floor(remainingMs)) }),
    payment: paymentState(row),
    actions: ACTIONS.filter((action) => isPossible[action](row)),
  };
}

async function readUnresolved(on: Sql, query: OwnBookingQuery) {
  const row = await findUnresolvedBooking(on, query);
  if (!row) throw bookingNotFound();
  const payment = paymentState({ isPaying: row.isPaying, isUnresolved: true });
  return { ...listedOut(row), time_remaining_ms: 0, payment, actions: [] };
}

/** The same conditions as in the use cases, which check them again under their locks. */
const isPossible: Record<(typeof ACTIONS)[number], (row: OwnRow) => boolean> = {
  pay: (row) => isHeld(row) && row.isWhole && paymentState(row) === 'none',
  cancel: (row) => isHeld(row) && !row.isPaying,
  extend: (row) => isPossible.pay(row) && !row.isExtended && !row.started,
  ticket: ({ status }) => isPaid(status),
};

const isHeld = ({ status, isLive }: OwnRow) => status === 'Pending' && isLive;

type PaymentFacts = Pick<OwnRow, 'isPaying' | 'isUnresolved'>;

function paymentState({ isPaying, isUnresolved }: PaymentFacts): (typeof PAYMENT_STATES)[number] {
  if (isPaying) return 'under_way';
  return isUnresolved ? 'unresolved' : 'none';
}

async function findOwnBooking(on: Sql, id: number, zone: string): Promise<OwnRow | undefined> {
  return maybeOne<OwnRow>(
    on,
    sql`
    select ${BOOKING}, booking.customer_username as username,
      case when isfinite(hold.expiration_time) then hold.expiration_time end as "holdEndsAt",
      case
        when isfinite(hold.expiration_time)
        then (extract(epoch from hold.expiration_time - clock_timestamp()) * 1000)::float8
      end as "remainingMs",
      coalesce(hold.expiration_time > clock_timestamp(), false) as "isLive",
      coalesce(hold.paying_until > clock_timestamp(), false) as "isPaying",
      coalesce(hold.extended_at is not null or not isfinite(hold.expiration_time), false) as "isExtended",
      booking.no_of_seats = (
        select count(*) from booking_seat_mapping seat where seat.booking_id = booking.id
      ) as "isWhole",
      ${startsAt(zone)} <= clock_timestamp() as started,
      ${hasUnresolvedAttempt(id)} as "isUnresolved"
    from booking
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    left join pending_booking_tracker hold
      on hold.booking_id = booking.id
      and booking.status = 'Pending'
    where booking.id = ${id}
      and ${isThere}`,
  );
}
