import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { cancelUnsentAttempt } from '../../src/checkout/begin-payment.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { byHand, type Hand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

// Nothing cleans up.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();

async function held() {
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1', 'A2'])).data['booking_id']);
  return { person, booking };
}
const isMarked = async (booking: number) =>
  (await app.count('pending_booking_tracker', `booking_id = ${booking} and paying_until is not null`)) === 1;
const mark = (booking: number, seconds: number) =>
  app.script(`update pending_booking_tracker set paying_until = clock_timestamp() + interval '${seconds} s'
    where booking_id = ${booking}`);
const attempt = async (booking: number, status: string) => {
  const [row] = await app.rows<{ id: number; attemptId: string }>(`
    insert into payment_transaction (booking_id, original_booking_id, payment_method, amount, status)
    values (${booking}, ${booking}, 'Card', 400, '${status}')
    returning id, attempt_id as "attemptId"`);
  assert.ok(row);
  return row;
};

test('an attempt that was not sent is taken back, with the mark of its payment', async () => {
  const { person, booking } = await held();
  await mark(booking, 60);
  const { id, attemptId } = await attempt(booking, 'Processing');
  await cancelUnsentAttempt(app.needs.pool, booking, attemptId);
  assert.equal(await isMarked(booking), false);
  assert.equal(
    await app.count(
      'payment_transaction',
      `id = ${id} and status = 'Failed' and reason = 'nothing was sent'`,
    ),
    1,
  );
  assert.equal((await app.pay(person, booking)).code, '200');
});

test('an attempt that was never written, or is settled, takes nothing back: the mark is another payment’s', async () => {
  const { booking } = await held();
  await mark(booking, 60);
  await cancelUnsentAttempt(app.needs.pool, booking, randomUUID());
  assert.equal(await isMarked(booking), true);
  await cancelUnsentAttempt(app.needs.pool, booking, (await attempt(booking, 'Failed')).attemptId);
  assert.equal(await isMarked(booking), true);
});

test('an attempt that was not sent is taken back also when its booking is gone', async () => {
  const { person, booking } = await held();
  const { id, attemptId } = await attempt(booking, 'Processing');
  await app.script(`delete from booking where id = ${booking}`);
  await cancelUnsentAttempt(app.needs.pool, booking, attemptId);
  assert.equal(await app.count('payment_transaction', `id = ${id} and status = 'Failed'`), 1);
  assert.equal((await app.pay(person, booking)).code, 'BOOKING_NOT_FOUND');
});

/** Has `ask` wait for a lock on these rows until the hold has ended. */
async function afterTheEnd<T>(
  booking: number,
  rows: string,
  ask: () => Promise<T>,
  meanwhile: (hand: Hand) => Promise<unknown> = async () => undefined,
): Promise<T> {
  return byHand(app, async (hand) => {
    await app.age(booking, -0.8);
    await hand.lock(rows);
    const asking = ask();
    await hand.isWaitedFor();
    await meanwhile(hand);
    const isOver = `booking_id = ${booking} and expiration_time <= clock_timestamp()`;
    await eventually(
      'the hold has ended',
      async () => (await app.count('pending_booking_tracker', isOver)) === 1,
    );
    await hand.letGo();
    return asking;
  });
}
const walletOf = ({ username }: Person) => `customer_wallet where username = '${username}'`;

test('a payment that had to wait until the hold was over charges nobody', async () => {
  const before = app.bank.charges().length;
  for (const [how, rowsOf] of [
    [{ payment_method: 'Wallet', ...CARD }, (person: Person) => walletOf(person)],
    [{ payment_method: 'Card', ...CARD }, (_: Person, booking: number) => `booking where id = ${booking}`],
  ] as const) {
    const { person, booking } = await held();
    const late = await afterTheEnd(booking, rowsOf(person, booking), () => app.pay(person, booking, how));
    assert.equal(late.code, 'BOOKING_EXPIRED');
    assert.equal(await app.count('payment_transaction', `original_booking_id = ${booking}`), 0);
  }
  assert.equal(app.bank.charges().length, before);
});

test('a cancellation that had to wait judges the hold, and a payment of it, by the time it has then', async () => {
  const { person, booking } = await held();
  const late = await afterTheEnd(booking, `booking where id = ${booking}`, () => app.cancel(person, booking));
  assert.equal(late.code, 'BOOKING_NOT_FOUND', 'the hold was over');

  const other = await held();
  await mark(other.booking, 0.8);
  const isOver = `booking_id = ${other.booking} and paying_until <= clock_timestamp()`;
  const cancelled = await byHand(app, async (hand) => {
    await hand.lock(`booking where id = ${other.booking}`);
    const cancelling = app.cancel(other.person, other.booking);
    await hand.isWaitedFor();
    await eventually(
      'the lease is over',
      async () => (await app.count('pending_booking_tracker', isOver)) === 1,
    );
    await hand.letGo();
    return cancelling;
  });
  assert.equal(cancelled.code, '200', 'the payment was over');
});
