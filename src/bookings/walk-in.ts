import type { KeptAnswer, Once } from '../idempotency/idempotency.ts';
import type { Pool, Sql } from '../database/db.ts';
import { readMoney } from '../platform/money.ts';
import { insertWalkIn, type WalkInOrder } from './claim.ts';
import { checkSeatList, orWhyNot } from './hold.ts';
import { readReceipt } from './queries.ts';
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
  const sale = await insertWalkIn(on, order);
  const data = receiptOut(await readReceipt(on, sale.id));
  const answer = { message: 'Booking created successfully', data };
  await remember?.(answer);
  return { date: sale.date, answer };
}
