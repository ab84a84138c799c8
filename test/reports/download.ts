import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { sql } from '../../src/platform/database/db.ts';
import type { TestApp } from '../support/app.ts';
import { sell } from './history.ts';

export const HEADER =
  'Booking ID,Show ID,Show Date,Customer Name,Phone Number,Number of Seats,Amount Paid,Payment Type,Booking Time,Status';

/** An export as it comes over the wire: `fetch` would unpack it. */
export async function download(
  app: TestApp,
  query = '',
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const request = get(`${app.base}/booking-csv${query}`, {
    headers: { authorization: `Bearer ${app.admin.token}`, ...headers },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** A sale of two seats to a customer of that name and number. */
export async function oneSale(
  app: TestApp,
  at: string,
  { name = 'Asha Rao', number = undefined as string | undefined } = {},
) {
  await sell(app, [{ at: new Date(at), seats: 2, amount: '297.30', status: 'Confirmed' }], () => 0);
  await app.pool.run(sql`
    update customertable set name = ${name}, number = coalesce(${number ?? null}, number)
    where username = (select customer_username from booking order by id desc limit 1)`);
}
