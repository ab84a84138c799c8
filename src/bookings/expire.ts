import { many, sql, type Pool, type Statement, type Tx } from '../platform/database/db.ts';
import { among, type Batch, type Chore, type Which } from '../platform/database/sweep.ts';
import { lockHeldUp } from './lock-belongings.ts';

export type Expired = { id: number; showId: number; date: string; lateMs: number };

// The clock is read once, by a subquery: a volatile function bounds no index, and each sweep would read every hold that is alive.
const isDue = sql`tracker.expiration_time <= (select clock_timestamp())
      and (tracker.paying_until is null or tracker.paying_until <= clock_timestamp())`;

/**
 * Deletes expired holds. It never waits: a hold that another transaction has locked (a payment, or a claim
 * that takes its seats over) is left for the next sweep. The tracker's row is locked first, so the statement
 * sees a payment that has begun meanwhile. If the booking is paid or gone, only its tracker is deleted.
 */
export const endedHolds = (pool: Pick<Pool, 'run' | 'transaction'>): Chore<number, Expired> => ({
  name: 'holds',
  atMost: 500,
  clean: async (which) => {
    // Most sweeps find nothing, and need no transaction.
    if ((await many(pool, dueHolds(which))).length === 0) return NOTHING;
    return pool.transaction(async (tx) => {
      const [, rows] = await Promise.all([
        waitForNobody(tx),
        many(tx, sql`${dueHolds(which)} for update skip locked`),
      ]);
      const due = idsOf(rows);
      const [dead, over] = await Promise.all([deleteDeadTrackers(tx, due), lockPending(tx, due)]);
      const gone = await removeBookings(tx, over);
      return batchOf(due, gone, dead);
    });
  },
  list: async (which) => idsOf(await many(pool, dueHolds(which))),
});

/**
 * An incomplete booking that another tool left: Pending, without a tracker, and older than a hold can be.
 * Never waits.
 */
export const halfBookings = (
  pool: Pick<Pool, 'run' | 'transaction'>,
  holdSeconds: number,
): Chore<number, Expired> => ({
  name: 'half bookings',
  atMost: 100,
  clean: async (which) => {
    if ((await many(pool, dueHalves(which, holdSeconds))).length === 0) return NOTHING;
    return pool.transaction(async (tx) => {
      const [, rows] = await Promise.all([
        waitForNobody(tx),
        many(tx, sql`${dueHalves(which, holdSeconds)} for update skip locked`),
      ]);
      const due = idsOf(rows);
      return batchOf(due, await removeBookings(tx, due));
    });
  },
  list: async (which) => idsOf(await many(pool, dueHalves(which, holdSeconds))),
});

const NOTHING: Batch<number, Expired> = { met: 0, done: [], left: [] };

/** A table of another tool may reference bookings too, and its rows may be locked. */
const waitForNobody = (tx: Tx) => tx.run(sql`set local lock_timeout = '50ms'`);

/** Holds that are over, the oldest first. */
export const dueHolds = (which: Which<number>): Statement => sql`
    select booking_id as id
    from pending_booking_tracker tracker
    where ${isDue}
      and ${among(sql`booking_id`, which)}
    order by expiration_time
    limit ${which.atMost}`;

const dueHalves = (which: Which<number>, holdSeconds: number): Statement => sql`
    select id
    from booking
    where status = 'Pending'
      and booking_time <= clock_timestamp() - make_interval(secs => ${holdSeconds})
      and not exists (select from pending_booking_tracker where booking_id = booking.id)
      and ${among(sql`id`, which)}
    order by id
    limit ${which.atMost}`;

const idsOf = (rows: unknown[]): number[] => (rows as { id: number }[]).map(({ id }) => id);

async function deleteDeadTrackers(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const dead = await many(
    tx,
    sql`
    delete from pending_booking_tracker
    where booking_id = any (${ids}::bigint[])
      and not exists (select from booking where booking.id = booking_id and status = 'Pending')
    returning booking_id as id`,
  );
  return idsOf(dead);
}

async function lockPending(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const locked = await many(
    tx,
    sql`
    select id
    from booking
    where id = any (${ids}::bigint[])
      and status = 'Pending'
    order by id
    for update skip locked`,
  );
  return idsOf(locked);
}

/** Deletes each locked booking, unless another transaction has locked a row that references it. */
async function removeBookings(tx: Tx, ids: readonly number[]): Promise<Expired[]> {
  const heldUp = await lockHeldUp(tx, ids);
  return many<Expired>(
    tx,
    sql`
    with ended as (
      select id, coalesce(expiration_time, clock_timestamp()) as ended_at
      from booking
      left join pending_booking_tracker on booking_id = id
      where id = any (${ids}::bigint[])
    )
    delete from booking
    using ended
    where booking.id = ended.id
      and booking.id <> all (${heldUp}::bigint[])
    returning booking.id, booking.show_id as "showId", booking.date,
      -- An infinite end has no lateness.
      case when isfinite(ended_at) then (extract(epoch from clock_timestamp() - ended_at) * 1000)::float8 else 0 end as "lateMs"`,
  );
}

function batchOf(met: number[], done: Expired[], dead: number[] = []): Batch<number, Expired> {
  const finished = new Set([...done.map(({ id }) => id), ...dead]);
  return { met: met.length, done, left: met.filter((id) => !finished.has(id)) };
}
