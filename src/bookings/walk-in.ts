import type { Pool } from '../platform/db.ts';
import { readMoney } from '../platform/money.ts';
import { insertWalkIn, type WalkInOrder } from './claim.ts';
import { amountMismatch } from './errors.ts';
import { checkSeatList, claimRefusal } from './hold.ts';
import { readReceipt } from './queries.ts';
import { receiptOut } from './receipt.ts';

export type WalkIn = Omit<WalkInOrder, 'amountPaid'> & { amountPaid: number | string | undefined };

/** Sells seats for cash, Confirmed at once. Throws the refusals of a hold, and INVALID_AMOUNT. */
export async function sellWalkIn(pool: Pool, walkIn: WalkIn) {
  checkSeatList(walkIn.seats);
  // Clients add prices in binary: 150.14999999999998 is meant to be 150.15.
  const amountPaid = walkIn.amountPaid === undefined ? undefined : readMoney(walkIn.amountPaid).toFixed(2);
  const order = { ...walkIn, amountPaid };
  const sale = await insertWalkIn(pool, order);
  if (!sale) throw (await claimRefusal(pool, order)) ?? amountMismatch();
  return { date: sale.date, receipt: receiptOut(await readReceipt(pool, sale.id)) };
}
