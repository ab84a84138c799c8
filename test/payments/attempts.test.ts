import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { maybeOne, one, sql, type Tx } from '../../src/platform/database/db.ts';
import {
  closeAttempt,
  closeUnsent,
  completeAttempt,
  endedLeases,
  findTransaction,
  hasUnresolvedAttempt,
  insertTopUpAttempt,
  lockAttempt,
  recordResolution,
  type Outcome,
} from '../../src/payments/payments.ts';
import { startApp } from '../support/app.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';

// Nothing cleans up but the tests.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const { pool } = app.needs;

type Columns = Partial<Record<string, string | number>>;
const insert = async (columns: Columns): Promise<number> => {
  const all = { payment_method: `'Card'`, amount: 5, status: `'Processing'`, ...columns };
  const [row] = await app.rows<{ id: number }>(`
    insert into payment_transaction (${Object.keys(all).join()}) values (${Object.values(all).join()}) returning id`);
  return row?.id ?? 0;
};
const read = async (id: number) => {
  const [row] = await app.rows<Record<string, unknown>>(`select * from payment_transaction where id = ${id}`);
  assert.ok(row);
  return row;
};
const known = async (id: number) => ({ id, attemptId: String((await read(id))['attempt_id']) });
const charged: Outcome = { kind: 'charged', transactionId: 'tx-1' };
const declined: Outcome = { kind: 'declined' };

test('an attempt is closed as failed where it surely charged nobody, else as unknown, with what is known', async () => {
  for (const [outcome, status, reason, transaction] of [
    [declined, 'Failed', 'declined', null],
    [{ kind: 'notCharged', reason: 'status', status: 503 }, 'Failed', 'notCharged: status 503', null],
    [{ kind: 'notCharged', reason: 'unreachable' }, 'Failed', 'notCharged: unreachable', null],
    [{ kind: 'unknown', reason: 'cut' }, 'Unknown', 'unknown: cut', null],
    [charged, 'Unknown', 'charged', 'tx-1'],
  ] as const) {
    const [id, other] = [await insert({ lease_until: 'now()' }), await insert({})];
    assert.equal(await closeAttempt(pool, id, outcome), true);
    const row = await read(id);
    assert.deepEqual(
      [row['status'], row['reason'], row['transaction_id'], row['lease_until']],
      [status, reason, transaction, null],
    );
    assert.equal((await read(other))['status'], 'Processing', 'and no other');
  }
});

test('a transaction that is known is not forgotten when an attempt is closed again', async () => {
  const id = await insert({});
  await closeAttempt(pool, id, charged, 'a note');
  assert.equal(await closeAttempt(pool, id, { kind: 'unknown', reason: 'silent' }), true);
  assert.deepEqual(
    [(await read(id))['transaction_id'], (await read(id))['reason']],
    ['tx-1', 'unknown: silent'],
  );
});

test('what is settled, by whomever, is not closed again', async () => {
  for (const columns of [
    { status: `'Completed'` },
    { status: `'Failed'` },
    { status: `'Refunded'`, resolution: `'refunded'` },
    { status: `'Unknown'`, resolution: `'credited'` },
    { status: `'Unknown'`, earlier_resolution: `'failed'` },
  ]) {
    const id = await insert(columns);
    const before = await read(id);
    assert.equal(await closeAttempt(pool, id, declined), false);
    assert.equal(await closeUnsent(pool, (await known(id)).attemptId), false);
    assert.deepEqual(await read(id), before);
  }
  assert.equal(await closeUnsent(pool, randomUUID()), false);
});

test('a number that was given anew is another attempt’s: it is neither locked nor closed as unsent', async () => {
  const id = await insert({});
  const lost = { id, attemptId: randomUUID() };
  assert.equal(await closeUnsent(pool, lost.attemptId), false);
  assert.equal(await pool.transaction((tx) => lockAttempt(tx, lost)), undefined);
  assert.equal((await read(id))['status'], 'Processing');
  assert.equal(await closeUnsent(pool, (await known(id)).attemptId), true);
});

test('an attempt whose lease is over becomes unknown; a live lease and a closed attempt stay as they are', async () => {
  await app.script('delete from payment_transaction');
  const over = await insert({ lease_until: 'now()', original_booking_id: 77 });
  const [alive, closed] = [
    await insert({ lease_until: `now() + interval '1 minute'` }),
    await insert({ status: `'Failed'`, lease_until: 'now()' }),
  ];
  const chore = endedLeases(pool);
  const which = { only: null, except: [], atMost: 100 };
  assert.deepEqual(await chore.list(which), [over]);
  assert.deepEqual((await chore.clean(which)).done, [{ id: over, bookingId: 77 }]);
  const { status, lease_until, reason } = await read(over);
  assert.deepEqual(
    [status, lease_until, reason],
    ['Unknown', null, 'the process that charged did not report back'],
  );
  assert.deepEqual([(await read(alive))['status'], (await read(closed))['status']], ['Processing', 'Failed']);
});

test('an attempt whose lease somebody has taken away does not block its booking for ever', async () => {
  await app.script('delete from payment_transaction');
  const endless = await insert({ lease_until: 'null' });
  const which = { only: null, except: [], atMost: 100 };
  assert.equal((await endedLeases(pool).clean(which)).done.length, 1);
  assert.equal((await read(endless))['status'], 'Unknown');
});

test('leases are ended oldest first, and one whose attempt is locked is passed by', async () => {
  await app.script('delete from payment_transaction');
  const ids = [
    await insert({ lease_until: 'now()' }),
    await insert({ lease_until: 'now()' }),
    await insert({ lease_until: 'now()' }),
  ];
  await app.script(`update payment_transaction set amount = 6 where id = ${ids[0]}`);
  const clean = async (atMost: number) =>
    (await endedLeases(pool).clean({ only: null, except: [], atMost })).done.map(({ id }) => id);
  assert.deepEqual(await clean(1), [ids[0]]);
  await byHand(app, async (hand) => {
    await hand.lock(`payment_transaction where id = ${ids[1]}`);
    assert.deepEqual(await clean(2), [ids[2]]);
  });
  assert.deepEqual(await clean(2), [ids[1]]);
});

test('an attempt is read under its lock', async () => {
  const id = await insert({ status: `'Unknown'`, transaction_id: `'tx'`, earlier_resolution: `'failed'` });
  const attempt = await known(id);
  await pool.transaction(async (tx) => {
    assert.deepEqual(await lockAttempt(tx, attempt), {
      status: 'Unknown',
      transactionId: 'tx',
      resolution: null,
      earlier: 'failed',
    });
    await byHand(app, async (hand) => assert.ok(await hand.isTaken(`payment_transaction where id = ${id}`)));
  });
});

test('the payment of a booking is its newest that was completed', async () => {
  const person = await app.customer();
  const [mine, other] = [
    await app.hold(person, await app.show(), ['A1']),
    await app.hold(person, await app.show(), ['A1']),
  ].map(({ data }) => Number(data['booking_id']));
  assert.ok(mine && other);
  assert.equal(await findTransaction(pool, mine), undefined);
  for (const [of, status, transaction] of [
    [mine, 'Completed', 'older'],
    [mine, 'Completed', 'newest'],
    [mine, 'Unknown', 'unknown'],
    [other, 'Completed', 'another’s'],
  ] as const)
    await insert({ booking_id: of, status: `'${status}'`, transaction_id: `'${transaction}'` });
  await app.script(`update payment_transaction set amount = 7 where transaction_id = 'older'`);
  assert.equal(await findTransaction(pool, mine), 'newest');
  const isUnresolved = async (id: number) =>
    (await maybeOne<{ is: boolean }>(pool, sql`select ${hasUnresolvedAttempt(id)} as is`))?.is;
  assert.deepEqual([await isUnresolved(mine), await isUnresolved(other)], [true, false]);
});

test('a top-up fits into a wallet’s room beside what other charges under way will bring there', async () => {
  const [{ username }, { username: other }] = [await app.customer(), await app.customer()];
  const mine = { customer_username: `'${username}'` };
  await insert({ ...mine, amount: 10, purpose: `'top-up'` });
  await insert({ ...mine, amount: 20, purpose: `'shortfall'` });
  await insert({ ...mine, amount: 400, purpose: `'booking'` });
  await insert({ ...mine, amount: 400, purpose: `'top-up'`, status: `'Unknown'` });
  await insert({ customer_username: `'${other}'`, amount: 400, purpose: `'top-up'` });
  const order = { username, purpose: 'top-up', amount: '70.00', leaseSeconds: 60 } as const;
  const fits = (room: string) =>
    pool.transaction((tx) => insertTopUpAttempt(tx, { ...order, attemptId: randomUUID() }, room));
  assert.equal(await fits('99.99'), undefined);
  assert.ok(await fits('100.00'));
});

test('what is written is dated by when it is written, not by when its transaction began', async () => {
  const { username } = await app.customer();
  const topUp = { username, purpose: 'top-up', amount: '1.00', leaseSeconds: 60 } as const;
  for (const [what, write] of [
    ['processed_at', async (tx: Tx, id: number) => closeAttempt(tx, id, declined)],
    ['processed_at', async (tx: Tx, id: number) => tx.run(completeAttempt({ id, transactionId: 'tx' }))],
    [
      'resolved_at',
      async (tx: Tx, id: number) => recordResolution(tx, { id, resolution: 'refunded', by: 'test' }),
    ],
    [
      `lease_until - interval '60 s'`,
      async (tx: Tx) => insertTopUpAttempt(tx, { ...topUp, attemptId: randomUUID() }, '1000.00'),
    ],
  ] as const) {
    const id = await insert({});
    const written = await pool.transaction(async (tx) => {
      await tx.run(sql`select pg_sleep(0.05)`);
      const made = await write(tx, id);
      const row = typeof made === 'object' && made !== null && 'id' in made ? made.id : id;
      return one<{ isLate: boolean }>(
        tx,
        sql([
          `select ${what} >= now() + interval '50 ms' as "isLate"
        from payment_transaction where id = ${row}`,
        ]),
      );
    });
    assert.ok(written.isLate, what);
  }
});
