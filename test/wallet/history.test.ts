import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isViolation } from '../../src/platform/database/db.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const RESTRICT = '23001';
const CHECK = '23514';
// How a foreign key restricts, before PostgreSQL 18 and since.
const FOREIGN_KEY = ['23503', RESTRICT];

const refuses = (statement: string, sqlState: string | string[], constraint?: string) =>
  assert.rejects(
    app.script(statement),
    (error) => [sqlState].flat().some((state) => isViolation(error, state, constraint)),
    `${statement} should be ${String(sqlState)}`,
  );

test('the database refuses to change, delete or empty the history of wallets', async () => {
  const person = await app.customer({ balance: '500.00' });
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  assert.equal((await app.pay(person, booking, { payment_method: 'Wallet' })).code, '200');
  const mine = `where username = '${person.username}'`;
  const read = () => app.rows(`select * from wallet_transaction ${mine} order by id`);
  const before = await read();
  assert.equal(before.length, 2);

  for (const change of [
    'amount = amount + 0.01',
    `transaction_type = 'ADD'`,
    `transaction_id = 'another'`,
    'timestamp = now()',
    'wallet_id = wallet_id + 1',
    `username = 'seed-user-1'`,
    'id = id + 1000000',
    `booking_id = ${booking + 1}`,
    'booking_id = null, amount = 1',
    'booking_id = booking_id',
  ]) {
    await refuses(`update wallet_transaction set ${change} ${mine}`, RESTRICT);
  }
  await refuses(`delete from wallet_transaction ${mine}`, RESTRICT);
  await refuses('truncate wallet_transaction', RESTRICT);
  await refuses('truncate customer_wallet cascade', RESTRICT);
  assert.deepEqual(await read(), before);
});

test('a booking that goes takes its number out of the history, and nothing else', async () => {
  const person = await app.customer({ balance: '500.00' });
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  await app.pay(person, booking, { payment_method: 'Wallet' });
  const mine = `where username = '${person.username}' and transaction_type = 'DEDUCT'`;
  const [before] = await app.rows<object>(`select * from wallet_transaction ${mine}`);

  await app.script(`delete from booking where id = ${booking}`);
  const [after] = await app.rows<object>(`select * from wallet_transaction ${mine}`);
  assert.deepEqual(after, { ...before, booking_id: null });
  const { data } = await app.get('/customer/wallet/transactions', { as: person });
  assert.ok(!('booking_id' in ((data['transactions'] as unknown as object[])[0] ?? {})));
});

test('a balance below nothing and one past the column are refused by the database itself', async () => {
  const person = await app.customer({ balance: '10.00' });
  const set = (balance: string) =>
    `update customer_wallet set balance = ${balance} where username = '${person.username}'`;
  await refuses(set('-0.01'), CHECK, 'check_balance');
  await refuses(set('100000000'), '22003');
});

test('a customer with bookings or a history cannot be deleted; a customer with neither can, with the wallet', async () => {
  const [fresh, booked, moved] = [
    await app.customer(),
    await app.customer(),
    await app.customer({ balance: '5.00' }),
  ];
  await app.hold(booked, await app.show(), ['A1']);
  for (const person of [booked, moved]) {
    await refuses(`delete from customertable where username = '${person.username}'`, FOREIGN_KEY);
    await refuses(`delete from usertable where username = '${person.username}'`, FOREIGN_KEY);
  }
  await refuses(`delete from customer_wallet where username = '${moved.username}'`, FOREIGN_KEY);

  await app.script(`delete from customertable where username = '${fresh.username}'`);
  assert.equal(await app.count('customer_wallet', `username = '${fresh.username}'`), 0);
});
