import type { Once } from '../idempotency/idempotency.ts';
import { maybeOne, sql, type Pool, type Sql } from '../platform/database/db.ts';
import { readMoney } from '../platform/money.ts';
import { inSeatOrder, type Seats } from '../shows/shows.ts';
import {
  checkSeatList,
  claimSeats,
  explainRefusal,
  claimFacts,
  refusalOfClaim,
  type Obstacles,
  type Wish,
} from './claim.ts';
import { amountMismatch } from './errors.ts';
import { receiptOut } from './receipt.ts';

export type WalkIn = Omit<WalkInOrder, 'amountPaid'> & { amountPaid: number | string | undefined };

/** Sells seats for cash, Confirmed at once. Throws the refusals of a hold, and INVALID_AMOUNT. */
export async function sellWalkIn({ pool, seats }: { pool: Pool; seats: Seats }, walkIn: WalkIn, once: Once) {
  checkSeatList(walkIn.seats);
  // Clients add prices as binary fractions: 150.14999999999998 means 150.15.
  const amountPaid = walkIn.amountPaid === undefined ? undefined : readMoney(walkIn.amountPaid).toFixed(2);
  const order = { ...walkIn, amountPaid };
  const claim = once.keyed ? sellInTransaction(pool, order, once) : insertWalkIn(pool, order);
  const sale = await explainRefusal(pool, order, claim);
  await seats.changed({ showId: walkIn.showId, date: sale.date });
  return answerOf(sale, order);
}

function sellInTransaction(pool: Pool, order: WalkInOrder, once: Once): Promise<Sale> {
  return pool.transaction(async (tx) => {
    const [sale, key] = await Promise.all([insertWalkIn(tx, order), once.lock(tx)]);
    await key.remember(tx.last, answerOf(sale, order));
    return sale;
  });
}

const answerOf = (sale: Sale, { showId, seats, customerName, phoneNumber }: WalkInOrder) => ({
  message: 'Booking created successfully',
  data: receiptOut({
    ...sale,
    showId,
    showDate: sale.date,
    seats: inSeatOrder(seats),
    paymentType: 'Cash',
    status: 'Confirmed',
    customerName,
    phoneNumber,
  }),
});

type WalkInOrder = Wish & {
  customerName: string;
  phoneNumber: string;
  /** Two decimals; where absent, the price is paid. */
  amountPaid: string | undefined;
};
type Sale = { id: number; showTime: string; date: string; amount: string; bookedAt: Date };

/** Sells all the seats for cash or fails as a hold does. Throws INVALID_AMOUNT where the amount is not the price. */
export async function insertWalkIn(on: Sql, order: WalkInOrder): Promise<Sale> {
  const { seats, customerName, phoneNumber, amountPaid = null } = order;
  const count = seats.length;
  const statement = sql`
    with claim_facts as (${claimFacts(order)}),
    booked as (
      insert into booking (date, show_id, customer_id, no_of_seats, amount_paid, status, payment_type)
      select date, id, nextval(pg_get_serial_sequence('admin_booked_customer', 'id')), ${count}, price, 'Confirmed', 'Cash'
      from claim_facts
      where not started and not taken and cardinality(known) = ${count} and coalesce(${amountPaid}::numeric, price) = price
      returning id, show_id, date, customer_id, amount_paid, booking_time, null::timestamptz as held_until
    ),
    guest as (
      insert into admin_booked_customer (id, name, number, booking_id)
      select customer_id, ${customerName}, ${phoneNumber}, id from booked
    ),
    claimed as (${claimSeats({ booking: sql`booked`, seats })})
    select booked.id, booked.date, to_char(start_time, 'HH24:MI:SS.US') as "showTime", amount_paid as amount,
      booking_time as "bookedAt", started, taken, known,
      case when booked.id is not null and (select count(*) from claimed) < ${count} then refuse_claim() end
    from claim_facts left join booked on true`;
  const sold = await maybeOne<Obstacles & (Sale | { id: null })>(on, statement);
  if (sold && sold.id !== null) return sold;
  throw refusalOfClaim(order, sold) ?? amountMismatch();
}
