import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { byHand } from '../support/by-hand.ts';
import type { Answer } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const app = await startApp(wholeFile);
const show = await app.show({ cost: '208.97' });
const byWallet = { payment_method: 'Wallet' };
const idOf = ({ data }: Answer) => Number(data['booking_id']);

test('a wallet that holds enough pays alone', async () => {
  const person = await app.customer({ balance: '208.97' });
  const booking = idOf(await app.hold(person, show, ['A1']));
  const before = app.bank.charges().length;

  const { code, data } = await app.pay(person, booking, { ...byWallet, ...CARD });

  assert.deepEqual([code, data['payment_type'], data['amount_paid']], ['200', 'Wallet', 208.97]);
  const [history] = await app.rows(`select amount, transaction_type, booking_id, transaction_id
    from wallet_transaction where username = '${person.username}' order by id desc limit 1`);
  const transaction_id = data['transaction_id'];
  assert.deepEqual(history, {
    amount: '208.97',
    transaction_type: 'DEDUCT',
    booking_id: booking,
    transaction_id,
  });
  assert.equal(app.bank.charges().length, before);
  await assertHouseInOrder(app);
});

test('what the wallet lacks is charged to the card, added and taken', async () => {
  const person = await app.customer({ balance: '108.96' });
  const booking = idOf(await app.hold(person, show, ['A2']));

  const { code, data } = await app.pay(person, booking, { ...byWallet, ...CARD });

  assert.deepEqual([code, data['payment_type'], data['amount_paid']], ['200', 'Wallet', 208.97]);
  assert.equal(app.bank.charges().at(-1)?.amount, 100.01);
  assert.deepEqual(
    await app.rows(
      `select amount, transaction_type from wallet_transaction where username = '${person.username}' order by id`,
    ),
    [
      { amount: '108.96', transaction_type: 'ADD' },
      { amount: '100.01', transaction_type: 'ADD' },
      { amount: '208.97', transaction_type: 'DEDUCT' },
    ],
  );
  assert.deepEqual(
    await app.rows(
      `select payment_method, amount, status from payment_transaction where booking_id = ${booking} order by id`,
    ),
    [
      { payment_method: 'Card', amount: '100.01', status: 'Completed' },
      { payment_method: 'Wallet', amount: '208.97', status: 'Completed' },
    ],
  );
});

test('what the wallet lacks is reckoned in decimals', async () => {
  for (const [i, balance] of ['1.86', '8.89', '34.05'].entries()) {
    const person = await app.customer({ balance });
    const booking = idOf(await app.hold(person, show, [`B${i + 1}`]));
    assert.equal((await app.pay(person, booking, { ...byWallet, ...CARD })).code, '200');
  }
  const charged = app.bank.charges().slice(-3);
  assert.deepEqual(
    charged.map(({ amount }) => amount),
    [207.11, 200.08, 174.92],
  );
});

test('a card that is declined for the rest leaves the wallet as it was', async () => {
  const person = await app.customer({ balance: '100.00' });
  const booking = idOf(await app.hold(person, show, ['A3']));
  const refused = await app.pay(person, booking, { ...byWallet, ...CARD, card_number: '4000000000000002' });

  assert.deepEqual([refused.status, refused.code], [402, 'PAYMENT_FAILED']);
  assert.equal(await app.count('customer_wallet', `username = '${person.username}' and balance = 100`), 1);
  assert.equal((await app.pay(person, booking, { ...byWallet, ...CARD })).code, '200');
});

test('a customer of the reference who has no wallet yet pays with a new one', async () => {
  const person = await app.customer();
  await app.script(`delete from customer_wallet where username = '${person.username}'`);
  const booking = idOf(await app.hold(person, show, ['A4']));

  assert.equal((await app.pay(person, booking, byWallet)).code, 'INSUFFICIENT_BALANCE');
  const { code } = await app.pay(person, booking, { ...byWallet, ...CARD });

  assert.equal(code, '200');
  assert.equal(app.bank.charges().at(-1)?.amount, 208.97);
  await assertHouseInOrder(app);
  await assertMoneyInOrder(app, app.bank.charges());
});

test('money that reaches the wallet when the hold has ended pays for nothing', async () => {
  const person = await app.customer();
  const booking = idOf(await app.hold(person, show, ['A5']));
  const wallet = `customer_wallet where username = '${person.username}'`;

  const refused = await byHand(app, async (hand) => {
    await hand.lock(wallet);
    await app.age(booking, -1);
    const paying = app.pay(person, booking, byWallet);
    await hand.isWaitedFor();
    const isOver = `booking_id = ${booking} and expiration_time <= clock_timestamp()`;
    await eventually(
      'the hold has ended',
      async () => (await app.count('pending_booking_tracker', isOver)) === 1,
    );
    await hand.run(`update customer_wallet set balance = 500 where username = '${person.username}'`);
    await hand.letGo();
    return paying;
  });

  assert.equal(refused.code, 'BOOKING_EXPIRED');
  assert.equal(await app.count('customer_wallet', `username = '${person.username}' and balance = 500`), 1);
  await eventually('it is removed', async () => (await app.count('booking', `id = ${booking}`)) === 0);
});
