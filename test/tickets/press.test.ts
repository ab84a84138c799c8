import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Refusal } from '../../src/platform/errors.ts';
import { createPress, type Job } from '../../src/tickets/press.ts';

const job = (bookingId: number): Job => ({
  kind: 'pdf',
  text: `SKYFOX BOOKING #${bookingId}`,
  bookedAt: new Date(0),
  ticket: {
    bookingId,
    customer: 'Asha Rao',
    phone: '9876543210',
    movie: 'Monsoon',
    date: '2030-04-27',
    time: '06:30 PM',
    seats: 'A9',
    amount: '417.94',
    paymentType: 'Card',
    status: 'Confirmed',
    isPaid: true,
  },
});

function startPress(t: TestContext) {
  const press = createPress();
  t.after(() => press.close());
  return press;
}

test('more tickets than can be made soon are refused with a time to come again, and the next are made', async (t) => {
  const press = startPress(t);
  const outcomes = await Promise.allSettled(Array.from({ length: 80 }, (_, id) => press.print(job(id))));
  const refused = outcomes
    .filter(({ status }) => status === 'rejected')
    .map((outcome) => (outcome as PromiseRejectedResult).reason);
  assert.equal(refused.length, 30);
  for (const refusal of refused) {
    assert.ok(refusal instanceof Refusal);
    assert.deepEqual([refusal.status, refusal.retryAfterSeconds], [503, 1]);
  }
  assert.equal(typeof (await press.print(job(79))), 'string');
});

test('those who want one ticket at once get one print', async (t) => {
  const press = startPress(t);
  const prints = await Promise.all(Array.from({ length: 500 }, () => press.print(job(1))));
  assert.equal(new Set(prints).size, 1);
});

test('a ticket that cannot be made fails alone', async (t) => {
  const press = startPress(t);
  const impossible = { ...job(1), text: 'x'.repeat(5_000) };
  const [failed, made] = await Promise.allSettled([press.print(impossible), press.print(job(2))]);
  assert.equal(failed.status, 'rejected');
  assert.equal(made.status, 'fulfilled');
});

test('who waits when the press closes is told to come again, and the next ticket starts it anew', async (t) => {
  const press = startPress(t);
  const waiting = press.print(job(1));
  await press.close();
  await assert.rejects(waiting, { status: 503 });
  assert.equal(typeof (await press.print(job(1))), 'string');
});
