import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { tally } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import type { Worker } from '../support/workers.ts';
import { dataOf, HOLD, holdAt, payAt, startBoth, takenAt } from '../support/pair.ts';

// A program for all who need but two processes that stay.
const { app, bank, first, second } = await startBoth(wholeFile, {}, 100);
const chargesOf = (booking: number) =>
  app.count('payment_transaction', `booking_id = ${booking} and status = 'Completed'`);

test('what one process began the other ends: hold, pay, list, let go, take again', async () => {
  const [asha, ravi] = await app.customers(2, { balance: '5000.00' });
  assert.ok(asha && ravi);
  const show = await app.show();

  for (const [row, [here, there]] of [
    ['A', [first, second]],
    ['B', [second, first]],
  ] as const) {
    const before = await takenAt(there, ravi, show);
    const held: number = dataOf(await holdAt(here, asha, show, [`${row}1`, `${row}2`])).booking_id;
    assert.deepEqual(await takenAt(there, ravi, show), [...before, `${row}1`, `${row}2`]);
    assert.equal((await holdAt(there, ravi, show, [`${row}2`, `${row}3`])).code, 'SEATS_UNAVAILABLE');
    assert.equal((await payAt(there, asha, held)).status, 200);
    const listed = dataOf(await here.ask('GET', '/customer/bookings', { as: asha }));
    assert.deepEqual([listed[0]?.booking_id, listed[0]?.status], [held, 'Confirmed']);
    assert.equal((await payAt(here, asha, held, 'Wallet')).code, 'INVALID_BOOKING_STATUS');

    const other: number = dataOf(await holdAt(there, asha, show, [`${row}9`])).booking_id;
    assert.equal((await here.ask('DELETE', `/customer/booking/${other}/cancel`, { as: asha })).status, 200);
    assert.equal((await holdAt(there, ravi, show, [`${row}9`])).status, 201, 'free at once');
  }
  await assertHouseInOrder(app);
  await assertMoneyInOrder(app, bank.charges());
});

test('a booking that is paid at both processes at once is charged once', async () => {
  const asha = await app.customer();
  const show = await app.show();
  for (let round = 1; round <= 5; round++) {
    const held = dataOf(await holdAt(first, asha, show, [`A${round}`])).booking_id;
    const answers = await Promise.all([first, second].map((worker) => payAt(worker, asha, held)));
    assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 1, PAYMENT_IN_PROGRESS: 1 });
    assert.equal(await chargesOf(held), 1);
  }
  await assertMoneyInOrder(app, bank.charges());
});

test('a key that is used at both processes at once has one effect, and one answer ever after', async () => {
  const asha = await app.customer();
  const headers = { 'idempotency-key': randomUUID() };
  const hold = { as: asha, body: { show_id: await app.show(), seat_numbers: ['A1'] }, headers };
  const atBoth = (send: (worker: Worker) => Promise<{ code: string; text: string }>) =>
    Promise.all([first, second].map(send));
  const answered = (answers: { text: string }[]) =>
    new Set(answers.map(({ text }) => text.replace(/"request_id":"[^"]*"/, '')));

  await atBoth(({ ask }) => ask('POST', HOLD, hold));
  const held = await atBoth(({ ask }) => ask('POST', HOLD, hold));
  assert.deepEqual(
    held.map(({ code }) => code),
    ['201', '201'],
  );
  assert.equal(answered(held).size, 1);
  assert.equal(await app.count('booking', `customer_username = '${asha.username}'`), 1);

  const booking = dataOf(held[0] ?? { text: '' }).booking_id;
  const racing = await atBoth((worker) => payAt(worker, asha, booking, 'Card', headers));
  // Where the second comes when the first has been answered, it gets that answer.
  const { 200: done = 0, REQUEST_IN_PROGRESS: early = 0 } = tally(racing.map(({ code }) => code));
  assert.deepEqual([done + early, done > 0], [2, true]);
  const paid = await atBoth((worker) => payAt(worker, asha, booking, 'Card', headers));
  assert.deepEqual(tally(paid.map(({ code }) => code)), { 200: 2 });
  assert.equal(answered(paid).size, 1);
  assert.equal(await chargesOf(booking), 1);
  await assertMoneyInOrder(app, bank.charges());
});

test('live holds of all processes are counted once, until they are paid or cancelled', async (t) => {
  const alone = await startBoth(t);
  const alive = async () => {
    const { text } = await alone.both.get('/metrics');
    return Number(/^skyfox_holds_alive (\d+)/m.exec(text)?.[1]);
  };
  const asha = await alone.app.customer({ balance: '5000.00' });
  const show = await alone.app.show();
  const holds: number[] = [];
  for (const [place, at] of [alone.first, alone.second, alone.first].entries()) {
    holds.push(dataOf(await holdAt(at, asha, show, [`A${place + 1}`])).booking_id);
  }
  await eventually('three', async () => (await alive()) === 3);
  const [paid = 0, given = 0] = holds;
  assert.equal((await payAt(alone.second, asha, paid, 'Wallet')).status, 200);
  const path = `/customer/booking/${given}/cancel`;
  assert.equal((await alone.first.ask('DELETE', path, { as: asha })).status, 200);
  await eventually('the remaining hold', async () => (await alive()) === 1);
});
