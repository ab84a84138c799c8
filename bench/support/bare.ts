// The limit for the app: Fastify without hooks, and the same statements from one pg pool.
import { fastify } from 'fastify';
import pg from 'pg';
import type { Sql as Statement } from 'sql-template-tag';
import { checkInBookings } from '../../src/bookings/check-in.ts';
import { insertHold } from '../../src/bookings/hold.ts';
import { lockBooking, lockSeats } from '../../src/bookings/locks.ts';
import { confirmByWallet } from '../../src/checkout/confirm.ts';
import type { Sql, Tx } from '../../src/platform/database/db.ts';

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
app.post<{ Body: Wish }>('/cycle', async ({ body }) => {
  const held = await hold(body);
  const client = await pool.connect();
  const tx = on(client) as Tx;
  try {
    await client.query('begin');
    const booking = await lockBooking(tx, held.id);
    if (!booking) throw new Error('not held');
    await lockSeats(tx, booking.id);
    const transactionId = await confirmByWallet(tx, booking, { onlyPayable: true });
    await client.query('commit');
    return { transactionId };
  } finally {
    client.release();
  }
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
