import { openConnection, type Connection, type Reply } from '../../test/support/connection.ts';
import { createLatencies, type Latencies } from './latencies.ts';
import type { Stage } from './stage.ts';

/** Observations since the last report: times of each kind of request, refusals, and faults. */
export type Seen = {
  times: Map<string, Latencies>;
  journeys: number;
  /** 503 with Retry-After: the load was too high. */
  refused: number;
  /** Other answers of 5xx, and requests without an answer. */
  faults: string[];
};
export type Traveller = {
  /** One customer's visit; `dueAt` is when it was to begin. */
  travel(dueAt?: number): Promise<void>;
  underWay(): number;
  /** Observations since the last report. */
  take(): Seen;
  close(): void;
};

// Shows that sell at the same time. A new show opens when one has sold its last pair of seats.
const SELLING_AT_ONCE = 8;
const PAIRS = 50;
const PAYING = 0.75;
const CANCELLING = 0.15;

/**
 * Customers read a seat map three times, hold two seats, pay from the wallet (or cancel, or abandon the hold)
 * and list their bookings.
 */
export function createTraveller(stage: Stage): Traveller {
  const idle: Connection[] = [];
  let underWay = 0;
  let begun = 0;
  let seen = nothing();

  const nextWish = () => {
    const place = Math.floor(begun / SELLING_AT_ONCE);
    const show = Math.floor(place / PAIRS) * SELLING_AT_ONCE + (begun % SELLING_AT_ONCE);
    begun += 1;
    const row = 'ABCDEFGHIJ'[Math.floor((place % PAIRS) / 5)] ?? 'A';
    const seat = (place % 5) * 2 + 1;
    return { show_id: stage.firstShow + show, seat_numbers: [`${row}${seat}`, `${row}${seat + 1}`] };
  };
  const visit = async (connection: Connection, dueAt: number) => {
    const as = stage.anybody();
    let began = dueAt;
    const ask = async (kind: string, method: string, path: string, body?: object) => {
      const reply = await connection.ask(method, path, { as, body });
      note(seen, kind, reply, performance.now() - began);
      began = performance.now();
      return reply;
    };
    const wish = nextWish();
    for (let i = 0; i < 3; i++) await ask('seat map', 'GET', `/shows/${wish.show_id}/seat-map`);
    const held = await ask('hold', 'POST', '/customer/booking/initialize', wish);
    if (held.status !== 201) return;
    const { data } = JSON.parse(held.text) as { data: { booking_id: number } };
    const chance = Math.random();
    if (chance < PAYING) {
      const body = { booking_id: data.booking_id, payment_method: 'Wallet' };
      await ask('pay', 'POST', '/customer/booking/payment', body);
    } else if (chance < PAYING + CANCELLING) {
      await ask('cancel', 'DELETE', `/customer/booking/${data.booking_id}/cancel`);
    }
    await ask('my bookings', 'GET', '/customer/bookings');
  };

  return {
    underWay: () => underWay,
    async travel(dueAt = performance.now()) {
      underWay += 1;
      const connection = idle.pop() ?? openConnection(stage.app);
      try {
        await visit(connection, dueAt);
        seen.journeys += 1;
        idle.push(connection);
      } catch (error) {
        connection.close();
        seen.faults.push((error as Error).message);
      } finally {
        underWay -= 1;
      }
    },
    take() {
      const taken = seen;
      seen = nothing();
      return taken;
    },
    close: () => idle.forEach((connection) => connection.close()),
  };
}

const nothing = (): Seen => ({ times: new Map(), journeys: 0, refused: 0, faults: [] });

function note(seen: Seen, kind: string, reply: Reply, milliseconds: number): void {
  const times = seen.times.get(kind) ?? createLatencies();
  seen.times.set(kind, times);
  times.add(milliseconds);
  if (reply.status === 503 && reply.retryAfterSeconds > 0) seen.refused += 1;
  else if (reply.status >= 500) seen.faults.push(`${kind}: ${reply.status} ${reply.text}`);
}
