import type { KeptAnswer, Once } from '../idempotency/idempotency.ts';
import { maybeOne, sql, type Pool, type Sql } from '../platform/database/db.ts';
import { readMoney } from '../platform/money.ts';
import { allClaimed, claimSeats, isMade, offer, refusalOf, type Claimed, type Wish } from './claim.ts';
import { amountMismatch } from './errors.ts';
import { checkSeatList, orWhyNot } from './hold.ts';
import { naturalOrder, type ReceiptRow } from './queries.ts';
import { receiptOut } from './receipt.ts';

export type WalkIn = Omit<WalkInOrder, 'amountPaid'> & { amountPaid: number | string | undefined };

/** Sells seats for cash, Confirmed at once. Throws the refusals of a hold, and INVALID_AMOUNT. */
export async function sellWalkIn(pool: Pool, walkIn: WalkIn, once: Once) {
  checkSeatList(walkIn.seats);
  // Clients add prices in binary: 150.14999999999998 is meant to be 150.15.
  const amountPaid = walkIn.amountPaid === undefined ? undefined : readMoney(walkIn.amountPaid).toFixed(2);
  const order = { ...walkIn, amountPaid };
  const claim = once.keyed
    ? pool.transaction((tx) => sell(tx, order, (answer) => once.remember(tx, answer)))
    : sell(pool, order);
  return orWhyNot(pool, order, claim);
}

async function sell(on: Sql, order: WalkInOrder, remember?: (answer: KeptAnswer) => Promise<void>) {
  const { date, ...sale } = await insertWalkIn(on, order);
  const answer = { message: 'Booking created successfully', data: receiptOut(sale) };
  await remember?.(answer);
  return { date, answer };
}

const askedInOrder = sql`array(select seat_number from asked order by ${naturalOrder(sql`seat_number`)})`;

type WalkInOrder = Wish & {
  customerName: string;
  phoneNumber: string;
  /** Two decimals; where absent, the price is paid. */
  amountPaid: string | undefined;
};
type Sale = Omit<ReceiptRow, 'transactionId'> & { date: string };

/**
 * Sells all the seats for cash or fails as a hold does. The statement that sells gives the receipt as well: with one
 * that reads it afterwards, what is sold could be answered by an error. Throws INVALID_AMOUNT where the amount is not
 * the price.
 */
async function insertWalkIn(on: Sql, order: WalkInOrder): Promise<Sale> {
  const { seats, customerName, phoneNumber, amountPaid = null } = order;
  const statement = sql`
    with ${offer(order)},
    sold as (
      select nextval(pg_get_serial_sequence('booking', 'id')) as booking_id,
        nextval(pg_get_serial_sequence('admin_booked_customer', 'id')) as customer_id,
        total.price
      from offered, (select coalesce(sum(price), 0) as price from asked) total
      where coalesce(${amountPaid}::numeric, total.price) = total.price
    ),
    customer as (
      insert into admin_booked_customer (id, name, number, booking_id)
      select customer_id, ${customerName}, ${phoneNumber}, booking_id
      from sold
    ),
    booked as (
      insert into booking (id, date, show_id, customer_id, no_of_seats, amount_paid, status, payment_type)
      select sold.booking_id, offered.date, offered.id, sold.customer_id, ${seats.length}, sold.price,
        'Confirmed', 'Cash'
      from sold, offered
      returning id, date, show_id, amount_paid, booking_time, null::timestamptz as held_until
    ),
    ${claimSeats}
    select booked.id, booked.date, booked.show_id as "showId", show.date as "showDate",
      to_char(slot.start_time, 'HH24:MI:SS.US') as "showTime", booked.amount_paid as amount, 'Cash' as "paymentType",
      booked.booking_time as "bookedAt", 'Confirmed' as status, ${askedInOrder} as seats,
      ${customerName} as "customerName", ${phoneNumber} as "phoneNumber",
      started, taken, "unknownSeat", limited, ${allClaimed(seats)}
    from standing
    join show on show.id = standing.id
    join slot on slot.id = show.slot_id
    left join booked on true`;
  const sold = await maybeOne<Claimed<Sale>>(on, statement);
  if (isMade(sold)) return sold;
  throw refusalOf(sold, order) ?? amountMismatch();
}
