import { maybeOne, sql, type Sql } from '../platform/database/db.ts';
import { bySeatNumber } from '../shows/shows.ts';
import type { ListedRow } from './queries.ts';

export type UnresolvedRow = ListedRow & { isPaying: boolean };

/**
 * A customer's booking whose hold has ended while a charge for it is under way or unresolved. The booking may be deleted
 * already, so the row is made from the attempt: `amount` is what may have been charged, `bookedAt` when that was last
 * written. None once the attempt is resolved. An attempt of a deleted account is not the next one's of that username.
 */
export async function findUnresolvedBooking(
  on: Sql,
  { bookingId, username }: { bookingId: number; username: string },
): Promise<UnresolvedRow | undefined> {
  return maybeOne<UnresolvedRow>(
    on,
    sql`
    select attempt.original_booking_id as id, attempt.show_id as "showId", show.date as "showDate",
      to_char(slot.start_time, 'HH24:MI:SS.US') as "showTime", attempt.amount,
      'Card' as "paymentType", attempt.processed_at as "bookedAt", 'Pending' as status,
      array(
        select seat from unnest(attempt.seat_numbers) seat order by ${bySeatNumber(sql`seat`)}
      ) as seats,
      null as "holdEndsAt",
      coalesce(attempt.lease_until > clock_timestamp(), false) as "isPaying"
    from payment_transaction attempt
    join usertable customer on customer.username = attempt.customer_username
    join show on show.id = attempt.show_id
    join slot on slot.id = show.slot_id
    -- As two conditions, so that each takes the partial index with the few rows of its status.
    where (attempt.status = 'Unknown' or attempt.status = 'Processing')
      and attempt.original_booking_id = ${bookingId}
      and attempt.customer_username = ${username}
      and attempt.resolution is null
      and coalesce(customer.created_at, '-infinity') <= coalesce(attempt.begun_at, attempt.processed_at)
    order by attempt.id desc
    limit 1`,
  );
}
