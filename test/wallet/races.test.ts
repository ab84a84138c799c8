import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder, countDeadlocks } from '../support/books.ts';
import { tally, type Answer } from '../support/call.ts';

const SEATS = ['A', 'B', 'C', 'D', 'E'].flatMap((row) =>
  Array.from({ length: 10 }, (_, i) => `${row}${i + 1}`),
);
const byWallet = { payment_method: 'Wallet' };

/** As a client does that is told to come back: on a slow machine a hundred may wait too long for one row. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
  }
}

test('a hundred debits of 1.00 race for a balance of 50.00: exactly fifty are paid', async (t) => {
  const app = await startApp(t);
  const person = await app.customer({ balance: '50.00' });
  const shows = [await app.show({ cost: '1.00' }), await app.show({ cost: '1.00' })];
  const held = await Promise.all(
    shows.flatMap((show) => SEATS.map((seat) => app.hold(person, show, [seat]))),
  );
  const bookings = held.map(({ data }) => Number(data['booking_id']));
  assert.equal(new Set(bookings).size, 100);

  const answers = await Promise.all(
    bookings.map((booking) => insist(() => app.pay(person, booking, byWallet))),
  );

  assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 50, INSUFFICIENT_BALANCE: 50 });
  assert.equal((await app.get('/customer/wallet', { as: person })).data['balance'], 0);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), 50);
  assert.equal(await app.count('wallet_transaction', `transaction_type = 'DEDUCT' and amount = 1`), 50);
  await assertMoneyInOrder(app, []);
  await assertHouseInOrder(app);
  await app.stop();
  assert.equal(await countDeadlocks(app.databaseUrl), 0);
});

test('top-ups, payments and payments with a card for the rest, all at once on one wallet, sum', async (t) => {
  const app = await startApp(t);
  const person = await app.customer({ balance: '120.00' });
  const show = await app.show({ cost: '10.10' });
  const held = await Promise.all(SEATS.slice(0, 30).map((seat) => app.hold(person, show, [seat])));
  const bookings = held.map(({ data }) => Number(data['booking_id']));
  const topUp = () =>
    app.post('/customer/wallet/add-funds', { as: person, body: { ...CARD, amount: '3.33' } });

  const [paid, ...added] = await Promise.all([
    Promise.all(
      bookings.map((booking, i) =>
        insist(() => app.pay(person, booking, i % 2 ? byWallet : { ...byWallet, ...CARD })),
      ),
    ),
    ...Array.from({ length: 20 }, topUp),
  ]);

  assert.deepEqual(tally(added.map(({ code }) => code)), { 200: 20 });
  const { 200: done = 0, INSUFFICIENT_BALANCE: short = 0, ...rest } = tally(paid.map(({ code }) => code));
  assert.deepEqual([rest, done + short], [{}, 30]);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), done);
  // In paise: what there was, and all that was charged, less what the bookings cost.
  const charged = app.bank.charges().reduce((sum, { amount }) => sum + Math.round(amount * 100), 0);
  const [wallet] = await app.rows<{ balance: string }>(
    `select balance from customer_wallet where username = '${person.username}'`,
  );
  assert.equal(Math.round(Number(wallet?.balance) * 100), 12_000 + charged - 1_010 * done);
  await assertMoneyInOrder(app, app.bank.charges());
  await assertHouseInOrder(app);
});

test('fifty top-ups at once on one wallet lose nothing, on a wallet that is not there yet either', async (t) => {
  const app = await startApp(t);
  const [rich, walletless] = (await app.customers(2)) as [Person, Person];
  await app.script(`delete from customer_wallet where username = '${walletless.username}'`);

  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      app.post('/customer/wallet/add-funds', {
        as: i % 2 ? rich : walletless,
        body: { ...CARD, amount: 0.1 },
      }),
    ),
  );

  assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 100 });
  const balances = answers.map(({ data }) => Number(data['balance'])).toSorted((a, b) => a - b);
  assert.deepEqual(
    balances,
    Array.from({ length: 100 }, (_, i) => Math.round((Math.floor(i / 2) + 1) * 10) / 100),
    'each answer tells the balance that its own top-up made',
  );
  await assertMoneyInOrder(app, app.bank.charges());
});
