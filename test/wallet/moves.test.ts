import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { many, maybeOne, one, sql, type Tx } from '../../src/platform/database/db.ts';
import { addToWallet, lockBalance, openWallet } from '../../src/wallet/wallet.ts';
import { insertMove, takeFromWallet } from '../../src/wallet/moves.ts';
import { startApp, type Person } from '../support/app.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const { pool } = app.needs;
const walletOf = ({ username }: Person) =>
  one<{ balance: string; moves: string[] }>(
    app.pool,
    sql`
    select balance, array(
      select transaction_type || ' ' || amount from wallet_transaction moved where moved.wallet_id = wallet.id order by id
    ) as moves
    from customer_wallet wallet
    where username = ${username}`,
  );
const payBooking = (tx: Tx, { username }: Person, bookingId: number, amount: string) => {
  const move = { username, amount, bookingId, transactionId: randomUUID(), type: 'DEDUCT' } as const;
  return maybeOne<{ transactionId: string }>(
    tx,
    sql`
    with taken as (${takeFromWallet({ username, amount, onlyIf: sql`true` })}),
    moved as (${insertMove({ ...move, wallet: sql`taken` })})
    select ${move.transactionId} as "transactionId"
    from taken`,
  );
};
const held = async (person: Person) =>
  Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);

test('a wallet pays up to what it holds and no more, and no other wallet pays', async () => {
  const [person, other] = await app.customers(2, { balance: '20.00' });
  assert.ok(person && other);
  const booking = await held(person);
  const pay = (amount: string) => pool.transaction((tx) => payBooking(tx, person, booking, amount));
  assert.equal(await pay('20.01'), undefined);
  assert.deepEqual(await walletOf(person), { balance: '20.00', moves: ['ADD 20.00'] });
  const paid = await pay('20.00');
  assert.deepEqual(await walletOf(person), { balance: '0.00', moves: ['ADD 20.00', 'DEDUCT 20.00'] });
  assert.deepEqual(await walletOf(other), { balance: '20.00', moves: ['ADD 20.00'] });
  const [move] = await many(
    app.pool,
    sql`select booking_id as booking, username from wallet_transaction where transaction_id = ${paid?.transactionId}`,
  );
  assert.deepEqual(move, { booking, username: person.username });
});

test('money is added once with its row, to a wallet that is opened for it, and to no stranger’s', async () => {
  const person = await app.customer();
  await app.script(`delete from customer_wallet where username = '${person.username}'`);
  const add = (username: string) =>
    pool.transaction((tx) => addToWallet(tx, { username, amount: '7.07', transactionId: 'tx' }));
  assert.equal((await add(person.username)).balance, '7.07');
  assert.equal((await add(person.username)).balance, '14.14');
  assert.deepEqual(await walletOf(person), { balance: '14.14', moves: ['ADD 7.07', 'ADD 7.07'] });
  for (const nobody of ['nobody-at-all', app.admin.username])
    await assert.rejects(add(nobody), { code: 'CUSTOMER_NOT_FOUND' });
  assert.equal(await app.count('customer_wallet', `username = '${app.admin.username}'`), 0);
});

test('a balance is read under its wallet’s lock, which is opened where there is none', async () => {
  const person = await app.customer();
  await app.script(`delete from customer_wallet where username = '${person.username}'`);
  await pool.transaction(async (tx) => {
    assert.equal((await lockBalance(tx, person.username)).balance, '0.00');
  });
  await pool.transaction(async (tx) => {
    await lockBalance(tx, person.username);
    await byHand(app, async (hand) =>
      assert.ok(await hand.isTaken(`customer_wallet where username = '${person.username}'`)),
    );
  });
  await openWallet(pool, person.username);
  for (const nobody of ['nobody-at-all', app.admin.username])
    await assert.rejects(
      pool.transaction((tx) => lockBalance(tx, nobody)),
      { code: 'CUSTOMER_NOT_FOUND' },
    );
});

test('a move is dated by when it happens, not by when its transaction began', async () => {
  const person = await app.customer({ balance: '20.00' });
  const booking = await held(person);
  await pool.transaction(async (tx) => {
    await tx.run(sql`select pg_sleep(0.05)`);
    for (const move of [
      () => payBooking(tx, person, booking, '5.00'),
      () => addToWallet(tx, { username: person.username, amount: '1.00', transactionId: 'tx' }),
    ]) {
      await move();
      const late = await one<{ wallet: boolean; move: boolean }>(
        tx,
        sql`
        select updated_at >= now() + interval '50 ms' as wallet, (
          select timestamp >= now() + interval '50 ms'
          from wallet_transaction moved where moved.wallet_id = wallet.id order by id desc limit 1
        ) as move
        from customer_wallet wallet
        where username = ${person.username}`,
      );
      assert.deepEqual(late, { wallet: true, move: true });
      await tx.run(sql`update customer_wallet set updated_at = now() where username = ${person.username}`);
    }
  });
});
