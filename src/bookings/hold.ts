import type { Once } from '../idempotency/idempotency.ts';
import { maybeOne, one, sql, type Pool, type Sql, type Tx } from '../platform/database/db.ts';
import { moneyOut } from '../platform/money.ts';
import type { Seats } from '../shows/shows.ts';
import {
  checkSeatList,
  claimSeats,
  explainRefusal,
  claimFacts,
  refusalOfClaim,
  type Obstacles,
  type Wish,
} from './claim.ts';
import { holdLimitReached, seatsUnavailable } from './errors.ts';
import type { Monitor } from './monitor.ts';

export type HoldRules = { holdSeconds: number; maxSeatsHeld: number; zone: string };
export type HoldWish = { username: string; showId: number; seats: readonly string[] };

export type HoldNeeds = { pool: Pool; seats: Seats; monitor: Pick<Monitor, 'watch'>; rules: HoldRules };

/** Holds all the seats for the customer or none. Throws the refusals of api.md in its order. */
export async function hold(needs: HoldNeeds, wish: HoldWish, once: Once) {
  const { pool, seats, monitor, rules } = needs;
  checkSeatList(wish.seats);
  const order = { ...wish, ...rules };
  const isPlain = rules.maxSeatsHeld === 0 && !once.keyed;
  const claim = isPlain ? insertHold(pool, order) : holdInTransaction(pool, order, once);
  const held = await explainRefusal(pool, order, claim);
  monitor.watch(rules.holdSeconds * 1_000);
  await seats.changed({ showId: wish.showId, date: held.date });
  return answerOf(held, order);
}

const answerOf = (held: Hold, { showId, seats, holdSeconds }: HoldOrder) => ({
  message: 'Booking initialized successfully',
  data: {
    booking_id: held.id,
    show_id: showId,
    seat_numbers: [...seats],
    amount_due: moneyOut(held.amountDue),
    expiration_time: held.endsAt.toISOString(),
    time_remaining_ms: holdSeconds * 1_000,
  },
});

function holdInTransaction(pool: Pool, order: HoldOrder & HoldRules, once: Once): Promise<Hold> {
  return pool.transaction(async (tx) => {
    if (order.maxSeatsHeld > 0) await checkLimit(tx, order);
    if (!once.keyed) return insertHold(tx.last, order);
    const [held, key] = await Promise.all([insertHold(tx, order), once.lock(tx)]);
    await key.remember(tx.last, answerOf(held, order));
    return held;
  });
}

type HoldOrder = Wish & { username: string; holdSeconds: number };
type Hold = { id: number; date: string; amountDue: string; endsAt: Date };

/** Holds all the seats or fails: booking, seats and tracker in one statement, which writes nothing if it fails. */
export async function insertHold(on: Sql, order: HoldOrder): Promise<Hold> {
  const { username, seats, holdSeconds } = order;
  const statement = sql`
    with claim_facts as (${claimFacts(order)}
    ),
    booked as (
      insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, payment_type)
      select date, id, ${username}, ${seats.length}, price, 'Card'
      from claim_facts
      where not started and not taken and cardinality(known) = ${seats.length}
      returning id, show_id, date, amount_paid, clock_timestamp() + make_interval(secs => ${holdSeconds}) as held_until
    ),
    claimed as (${claimSeats({ booking: sql`booked`, seats })}
    ),
    tracked as (
      insert into pending_booking_tracker (booking_id, expiration_time, seats_marked)
      select id, held_until, true from booked
    )
    select booked.id, booked.date, amount_paid as "amountDue", held_until as "endsAt", started, taken, known,
      case when booked.id is not null and (select count(*) from claimed) < ${seats.length} then refuse_claim() end
    from claim_facts left join booked on true`;
  const held = await maybeOne<Obstacles & (Hold | { id: null })>(on, statement);
  if (held && held.id !== null) return held;
  throw refusalOfClaim(order, held) ?? seatsUnavailable();
}

/**
 * Throws HOLD_LIMIT_REACHED if the customer would hold more unpaid seats of the show than the limit allows.
 * The lock serialises the claims of one customer for one show, so the count misses none.
 */
async function checkLimit(tx: Tx, order: HoldOrder & HoldRules): Promise<void> {
  const { username, showId, seats, maxSeatsHeld } = order;
  const [, held] = await Promise.all([
    tx.run(sql`select pg_advisory_xact_lock(hashtext(${username}), hashtext(${String(showId)}))`),
    countHeldSeats(tx, { username, showId }),
  ]);
  if (held + seats.length <= maxSeatsHeld) return;
  // Any other refusal comes first.
  const obstacles = await maybeOne<Obstacles>(tx, claimFacts(order));
  throw refusalOfClaim(order, obstacles) ?? holdLimitReached(maxSeatsHeld);
}

/** The number of seats of the show that the customer holds and has not paid. */
export async function countHeldSeats(
  on: Sql,
  { username, showId }: { username: string; showId: number },
): Promise<number> {
  const { seats } = await one<{ seats: number }>(
    on,
    sql`
    select count(*) as seats
    from booking
    join booking_seat_mapping held on held.booking_id = booking.id
    where booking.customer_username = ${username}
      and booking.show_id = ${showId}
      and booking.status = 'Pending'
      and held.held_until > clock_timestamp()`,
  );
  return seats;
}
