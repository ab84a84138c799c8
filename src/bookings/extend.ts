import type { Once } from '../idempotency/idempotency.ts';
import { one, sql, type AnyTx, type Pool } from '../platform/database/db.ts';
import { startsAt } from '../shows/shows.ts';
import { alreadyExtended, bookingExpired, notExtendable, showAlreadyStarted } from './errors.ts';
import type { HoldRules } from './hold.ts';
import { lockPayable } from './lock-payable.ts';
import { isPayable } from './paying.ts';

export type ExtendWish = { username: string; bookingId: number };
type Terms = Pick<HoldRules, 'holdSeconds' | 'zone'>;

/**
 * Moves the end of a hold on by HOLD_SECONDS, once. The hold must not have expired, and no payment of it may
 * be under way or unresolved. Throws the refusals of api.md in its order.
 */
export async function extendHold(pool: Pool, wish: ExtendWish, terms: Terms, once: Once) {
  return pool.transaction(async (tx) => {
    const [{ booking }, key] = await Promise.all([lockPayable(tx, wish, notExtendable), once.lock(tx)]);
    const moving = moveEnd(once.keyed ? tx : tx.last, booking.id, terms);
    const { isExtended, started, endsAt, remainingMs } = await moving;
    // If the end was not moved, nothing was written, so there is nothing to roll back.
    if (isExtended) throw alreadyExtended();
    if (started) throw showAlreadyStarted();
    if (endsAt === null || remainingMs === null) throw bookingExpired();
    const answer = {
      message: 'Booking extended successfully',
      data: {
        booking_id: booking.id,
        expiration_time: endsAt.toISOString(),
        time_remaining_ms: Math.floor(remainingMs),
      },
    };
    await key.remember(tx.last, answer);
    return { showId: booking.showId, date: booking.date, remainingMs, answer };
  });
}

type Moved = {
  isExtended: boolean;
  started: boolean;
  endsAt: Date | null;
  remainingMs: number | null;
};

/**
 * Returns the new end of a locked hold, or none if it may not be moved. The tracker's trigger updates the
 * seats.
 */
async function moveEnd(tx: AnyTx, bookingId: number, { holdSeconds, zone }: Terms): Promise<Moved> {
  return one<Moved>(
    tx,
    sql`
    with locked_hold as (
      select tracker.booking_id, ${startsAt(zone)} <= clock_timestamp() as started,
        -- Another tool may write a hold without an end. Such a hold needs no more time.
        tracker.extended_at is not null or not isfinite(tracker.expiration_time) as "isExtended"
      from pending_booking_tracker tracker
      join booking on booking.id = tracker.booking_id
      join show on show.id = booking.show_id
      join slot on slot.id = show.slot_id
      where tracker.booking_id = ${bookingId}
    ),
    moved as (
      update pending_booking_tracker tracker
      set expiration_time = tracker.expiration_time + make_interval(secs => ${holdSeconds}),
        extended_at = clock_timestamp()
      from locked_hold
      where tracker.booking_id = locked_hold.booking_id
        and ${isPayable({ bookingId })}
        and not locked_hold.started
        and not locked_hold."isExtended"
      returning tracker.expiration_time
    )
    select locked_hold."isExtended", locked_hold.started, moved.expiration_time as "endsAt",
      (extract(epoch from moved.expiration_time - clock_timestamp()) * 1000)::float8 as "remainingMs"
    from locked_hold
    left join moved on true`,
  );
}
