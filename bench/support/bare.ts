// The limit for the app: Fastify without hooks, and the same statements from one pg pool.
import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import pg from 'pg';
import type { Sql as Statement } from 'sql-template-tag';
import { checkInBookings } from '../../src/bookings/check-in.ts';
import { insertHold } from '../../src/bookings/hold.ts';
import { lockBooking, lockSeats } from '../../src/bookings/locks.ts';
import { isPayable } from '../../src/bookings/paying.ts';
import { insertWalkIn } from '../../src/bookings/walk-in.ts';
import { insertAttempt } from '../../src/checkout/begin-payment.ts';
import { confirmByCard, confirmByWallet } from '../../src/checkout/confirm.ts';
import { lockAttempt } from '../../src/payments/payments.ts';
import { createPool, type Sql, type Tx } from '../../src/platform/database/db.ts';

// A payment sends its statements in the messages of the program; all else goes through the driver alone.
const payments = createPool({ url: process.env['DATABASE_URL'] ?? '', max: 10, name: 'bare payments' });
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const app = fastify();
let bytes = Buffer.alloc(0);

const names = new Map<string, string>();
function named({ text, values }: Statement) {
  const name = names.get(text) ?? `s${names.size}`;
  names.set(text, name);
  return { name, text, values };
}
const on = (client: pg.Pool | pg.PoolClient): Sql => ({
  run: async <Row>(statement: Statement) => {
    const { rows, rowCount } = await client.query(named(statement));
    return { rows: rows as Row[], count: rowCount ?? 0 };
  },
});

type Wish = { show_id: number; seat_numbers: string[]; username: string };
const hold = ({ show_id, seat_numbers, username }: Wish) =>
  insertHold(on(pool), {
    showId: show_id,
    seats: seat_numbers,
    username,
    holdSeconds: 300,
    zone: 'UTC',
  });

app.get('/health', async () => 'healthy');
app.post('/bytes', { bodyLimit: 1_000_000 }, async (request) => {
  bytes = Buffer.from(JSON.stringify(request.body));
  return bytes.length;
});
app.get('/bytes', (_request, reply) => {
  reply.header('content-type', 'application/json; charset=utf-8').send(bytes);
});
app.post<{ Body: Wish }>('/hold', async ({ body }) => hold(body));
app.post<{ Body: { id: number } }>('/scan', async ({ body }) =>
  // One statement reads and one writes, so it is as good without a transaction.
  checkInBookings({ last: on(pool) } as Tx, { ids: [body.id], by: 'bench', zone: 'UTC' }),
);
const lock = async (tx: Tx, id: number) => {
  const [booking, state] = await Promise.all([lockBooking(tx, id), lockSeats(tx, id)]);
  if (!booking) throw new Error('not held');
  return { booking, ...state };
};
app.post<{ Body: Wish }>('/wallet', async ({ body }) => {
  const held = await hold(body);
  return payments.transaction(async (tx) => {
    const { booking } = await lock(tx, held.id);
    const transactionId = randomUUID();
    const onlyIf = isPayable({ bookingId: booking.id });
    return { isPaid: await confirmByWallet(tx.last, booking, { transactionId, onlyIf }) };
  });
});
app.post<{ Body: Wish }>('/card', async ({ body }) => {
  const held = await hold(body);
  const attempt = await payments.transaction(async (tx) => {
    const { booking, seats } = await lock(tx, held.id);
    const terms = {
      username: body.username,
      purpose: 'booking',
      amount: booking.amount,
      leaseSeconds: 60,
    } as const;
    return insertAttempt(tx.last, booking, { ...terms, attemptId: randomUUID(), seats });
  });
  if (!attempt) throw new Error('not payable');
  const confirmed = await payments.transaction(async (tx) => {
    await Promise.all([lock(tx, held.id), lockAttempt(tx, attempt)]);
    return confirmByCard(tx.last, held.id, { attempt: attempt.id, transactionId: randomUUID() });
  });
  return { confirmed };
});
app.post<{ Body: Wish }>('/walk-in', async ({ body: { show_id, seat_numbers } }) =>
  insertWalkIn(on(pool), {
    showId: show_id,
    seats: seat_numbers,
    customerName: 'Walk In Guest',
    phoneNumber: '9876543210',
    amountPaid: undefined,
    zone: 'UTC',
  }),
);
// The gateway: every charge succeeds at once.
app.post('/payment', async () => ({ status: 'SUCCESS', transaction_id: randomUUID() }));
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
