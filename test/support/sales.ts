import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { many, sql } from '../../src/platform/database/db.ts';
import { CARD, type Person, type TestApp } from './app.ts';
import { tally, type Answer } from './call.ts';
import type { Owner } from './database.ts';
import { eventually } from './eventually.ts';

const HOLD = '/customer/booking/initialize';
const PAY = '/customer/booking/payment';
const SEATS = 'ABCDEFGHIJ'.split('').flatMap((row) => Array.from({ length: 10 }, (_, i) => `${row}${i + 1}`));
const CUSTOMERS = 4;
const SHOWS = 8;
const PAUSE_MS = 50;
const AGAIN_MS = 150;

type Way = 'Card' | 'Wallet';
export type Sales = Awaited<ReturnType<typeof startSales>>;

/**
 * Customers of an app hold seats of the same shows and pay for them, by card and by wallet in turn, until told to end. Each
 * sends a request again under its key while the answer says so. What was acknowledged is remembered.
 */
export async function startSales(t: Owner, app: TestApp) {
  const people = await app.customers(CUSTOMERS, { balance: '5000.00' });
  const shows = await Promise.all(Array.from({ length: SHOWS }, () => app.show({ cost: '10.00' })));
  const held: number[] = [];
  const paid: Record<Way, number[]> = { Card: [], Wallet: [] };
  const codes: string[] = [];
  let slowestMs = 0;
  const end = new AbortController();

  const ask = async (as: Person, path: string, body: object): Promise<Answer> => {
    const headers = { 'idempotency-key': randomUUID() };
    for (;;) {
      const startedAt = performance.now();
      const answer = await app.post(path, { as, body, headers });
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      codes.push(answer.code);
      const isRetryable = answer.status === 503 || answer.code === 'REQUEST_IN_PROGRESS';
      if (!isRetryable || end.signal.aborted) return answer;
      await sleep(AGAIN_MS);
    }
  };
  const buy = async (as: Person, way: Way) => {
    const wish = { show_id: pick(shows), seat_numbers: [pick(SEATS)] };
    const hold = await ask(as, HOLD, wish);
    if (hold.status !== 201) return;
    const booking = Number(hold.data['booking_id']);
    held.push(booking);
    const payment = { booking_id: booking, payment_method: way, ...(way === 'Card' && CARD) };
    if ((await ask(as, PAY, payment)).status === 200) paid[way].push(booking);
  };
  const visits = people.map(async (person, place) => {
    for (let turn = place; !end.signal.aborted; turn++) {
      await buy(person, turn % 2 === 0 ? 'Card' : 'Wallet');
      await sleep(PAUSE_MS);
    }
  });

  t.after(() => {
    end.abort();
    return Promise.allSettled(visits);
  });

  const counts = () => [held.length, paid.Card.length, paid.Wallet.length];
  return {
    /** Waits until one more is held, one paid by card and one by wallet; gives the milliseconds. */
    async goOn(what: string, withinMs: number): Promise<number> {
      const before = counts();
      const said = codes.length;
      const haveGrown = () => counts().every((count, i) => count > (before[i] ?? 0));
      return eventually(what, haveGrown, withinMs).catch((error: unknown) => {
        const answers = JSON.stringify(tally(codes.slice(said)));
        throw new Error(`${what}: ${String(counts())} after ${String(before)}, ${answers}`, { cause: error });
      });
    },
    /** Says in a line how the sales went. */
    async end(): Promise<string> {
      end.abort();
      await Promise.all(visits);
      const bought = `${paid.Card.length} paid by card, ${paid.Wallet.length} by wallet`;
      return `${held.length} held, ${bought}, slowest ${Math.round(slowestMs)} ms, ${JSON.stringify(tally(codes))}`;
    },
    /** That the database has every hold and every payment that was acknowledged. */
    async assertKept(): Promise<void> {
      const kept = await many<{ id: number; way: Way | null }>(
        app.pool,
        sql`
        select booking.id, payment.payment_method as way
        from booking
        left join payment_transaction payment on payment.booking_id = booking.id
          and payment.status = 'Completed'
          and booking.status = 'Confirmed'
        where booking.id = any (${held}::bigint[])`,
      );
      assert.deepEqual(missing(held, kept), [], 'every hold that was acknowledged is there');
      for (const way of ['Card', 'Wallet'] as const) {
        const bought = kept.filter((booking) => booking.way === way);
        assert.deepEqual(missing(paid[way], bought), [], `every payment by ${way} that was acknowledged`);
      }
    },
  };
}

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

const missing = (ids: readonly number[], rows: readonly { id: number }[]) => {
  const found = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !found.has(id));
};
