import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Tx } from '../../src/platform/database/db.ts';
import { findAll } from '../../src/checkout/checkout.ts';
import {
  closeAttempt,
  completeAttempt,
  endedLeases,
  findAttempt,
  insertTopUpAttempt,
  recordResolution,
} from '../../src/payments/payments.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { freezeClock } from '../support/frozen-clock.ts';

// Nothing cleans up, and the present is what a test says.
const NOON = '2031-05-05T12:00:00.000Z';
const at = (seconds: number) => new Date(Date.parse(NOON) + seconds * 1_000).toISOString();
const clock = await freezeClock(wholeFile, NOON);
const app = await startApp(wholeFile, { databaseUrl: clock.databaseUrl });
await app.needs.monitor.stop();
const { pool } = app.needs;

const attempt = async () => {
  const [row] = await app.rows<{ id: number }>(`
    insert into payment_transaction (payment_method, amount, status, lease_until)
    values ('Card', 5, 'Processing', '${NOON}') returning id`);
  return row?.id ?? 0;
};

test('at the moment of its end a lease is over, for the sweep, for reconcile and for an operator', async () => {
  const id = await attempt();
  const seen = async () => ({
    due: await endedLeases(pool).list({ only: null, except: [], atMost: 100 }),
    found: (await findAll(pool)).attempts.map((finding) => finding.id),
    isUnderWay: (await findAttempt(pool, id))?.isUnderWay,
  });
  await clock.set(at(-0.001));
  assert.deepEqual(await seen(), { due: [], found: [], isUnderWay: true });
  await clock.set(NOON);
  assert.deepEqual(await seen(), { due: [id], found: [id], isUnderWay: false });
  await app.script('delete from payment_transaction');
});

test('a seat that was sold twice is found until the moment at which one of the holds ends', async () => {
  const [person, show] = [await app.customer(), await app.show()];
  await app.script('alter table booking_seat_mapping drop constraint unique_show_seat');
  for (let i = 0; i < 2; i += 1)
    await app.script(`
      with made as (insert into booking (date, show_id, customer_username, no_of_seats, amount_paid)
        values (current_date, ${show}, '${person.username}', 1, 200) returning id)
      insert into booking_seat_mapping (booking_id, show_id, seat_number, held_until)
      select id, ${show}, 'A1', ${i === 0 ? 'null' : `'${NOON}'`} from made`);
  const found = async () => (await findAll(pool)).seats.map(({ seat }) => seat);
  await clock.set(at(-0.001));
  assert.deepEqual(await found(), ['A1']);
  await clock.set(NOON);
  assert.deepEqual(await found(), []);
});

test('what is written of an attempt is dated by the present, and its lease counts from there', async () => {
  await clock.set(NOON);
  const { username } = await app.customer();
  const topUp = { username, purpose: 'top-up', amount: '1.00', leaseSeconds: 45 } as const;
  const id = await attempt();
  for (const [column, write, moment] of [
    ['processed_at', (tx: Tx) => closeAttempt(tx, id, { kind: 'unknown', reason: 'cut' }), NOON],
    ['processed_at', (tx: Tx) => tx.run(completeAttempt({ id, transactionId: 'tx' })), NOON],
    ['resolved_at', (tx: Tx) => recordResolution(tx, { id, resolution: 'refunded', by: 'test' }), NOON],
  ] as const) {
    await app.script(`update payment_transaction set processed_at = now() where id = ${id}`);
    await pool.transaction(async (tx): Promise<unknown> => write(tx));
    const [row] = await app.rows<Record<string, Date>>(
      `select ${column} from payment_transaction where id = ${id}`,
    );
    assert.equal(row?.[column]?.toISOString(), moment, column);
  }
  const made = await pool.transaction((tx) =>
    insertTopUpAttempt(tx, { ...topUp, attemptId: randomUUID() }, '1000.00'),
  );
  const [row] = await app.rows<{ lease: Date }>(
    `select lease_until as lease from payment_transaction where id = ${made?.id}`,
  );
  assert.equal(row?.lease.toISOString(), at(45));
});
