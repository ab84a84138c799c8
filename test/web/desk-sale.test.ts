import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure, Result } from '../../web/api/failures.ts';
import { reckon } from '../../web/desk/counter/cash.ts';
import { isOf, isPhone, readPhone, type Order } from '../../web/desk/counter/order.ts';
import { sell, type Doubt } from '../../web/desk/counter/sell.ts';

test('change is what is given beyond the price; what is missing is said, never a negative change', () => {
  assert.deepEqual(reckon('500', 320_75), { kind: 'enough', changePaise: 179_25 });
  assert.deepEqual(reckon('₹ 1,000.50', 1_000_50), { kind: 'exact' });
  assert.deepEqual(reckon(' ', 320_75), { kind: 'exact' });
  assert.deepEqual(reckon('300', 320_75), { kind: 'short', missingPaise: 20_75 });
  assert.deepEqual(reckon('0', 320_75), { kind: 'short', missingPaise: 320_75 });
  assert.deepEqual(reckon('30000', 30_000_00), { kind: 'exact' });
  for (const typed of ['-500', '5e2', 'five', '500.505', '1234567', '1 000']) {
    assert.deepEqual(reckon(typed, 320_75), { kind: 'unreadable' }, typed);
  }
});

test('a telephone number is read however it is written, and what a scanner types is none', () => {
  for (const typed of ['9876543210', '98765 43210', '+91 98765-43210', '0 (98765) 43210']) {
    assert.equal(readPhone(typed), '9876543210', typed);
  }
  for (const typed of ['98765', '987654321012', '', 'SF1.17.abc-def']) {
    assert.equal(isPhone(readPhone(typed)), false, typed);
  }
});

const refused = (status: number, code = '', mayHaveHappened = false): Failure => ({
  kind: 'refused',
  status,
  code,
  message: '',
  requestId: '',
  faults: [],
  retryAfterMs: undefined,
  mayHaveHappened,
});

type Answer = Failure | 'sold';

/** Plays these answers, and says what the clerk was told meanwhile. */
const play = (...answers: Answer[]) => playAfter('busy', ...answers);
async function playAfter(known: Doubt, ...answers: Answer[]) {
  const told: string[] = [];
  let sent = 0;
  const end = await sell<string>({
    send: () => {
      const answer = answers[sent++];
      assert.ok(answer, 'sent too often');
      const result: Result<string> = answer === 'sold' ? { data: 'sold' } : { failure: answer };
      return Promise.resolve(result);
    },
    wait: () => Promise.resolve(),
    doubt: known,
    onDoubt: (doubt) => told.push(doubt),
  });
  return { end: end.kind, told, sent };
}

test('a sale is asked for until it is known, and the clerk knows in what state it is', async () => {
  const lost: Failure = { kind: 'lost' };
  assert.deepEqual(await play('sold'), { end: 'sold', told: [], sent: 1 });
  assert.deepEqual(await play(lost, lost, 'sold'), { end: 'sold', told: ['unknown', 'unknown'], sent: 3 });
  assert.deepEqual(await play(refused(503), refused(429), 'sold'), {
    end: 'sold',
    told: ['busy', 'busy'],
    sent: 3,
  });
  assert.deepEqual((await playAfter('unknown', refused(503), 'sold')).told, ['unknown'], 'after a reload');
  // Once in doubt it stays so, whatever the next answer says about itself.
  assert.deepEqual((await play(lost, refused(503), 'sold')).told, ['unknown', 'unknown']);
  for (const doubtful of [
    refused(500),
    refused(502),
    refused(503, '', true),
    refused(409, 'REQUEST_IN_PROGRESS'),
    // A proxy's pages.
    refused(400),
    refused(404),
  ]) {
    assert.deepEqual((await play(doubtful, 'sold')).told, ['unknown']);
  }
});

test('a refusal is certain, and so is that its user is gone', async () => {
  for (const code of ['SEATS_UNAVAILABLE', 'VALIDATION_ERROR', 'INVALID_AMOUNT']) {
    assert.deepEqual(await play(refused(400, code)), { end: 'refused', told: [], sent: 1 });
  }
  assert.equal((await play({ kind: 'lost' }, refused(400, 'SEATS_UNAVAILABLE'))).end, 'refused');
  assert.equal((await play({ kind: 'logged out' })).end, 'logged out');
});

test('a booking is that of an order by its seats, buyer and cash', () => {
  const order: Order = {
    showId: 1,
    seats: ['E5', 'E6'],
    name: 'Ravi Kumar',
    phone: '9876543210',
    paise: 640_00,
    changePaise: 0,
    key: 'k',
    username: 'seed-user-1',
    sentAt: 0,
  };
  const booking = {
    payment_type: 'Cash',
    customer_name: 'Ravi Kumar',
    phone_number: '9876543210',
    seat_numbers: ['E6', 'E5'],
  };
  assert.ok(isOf(order, booking));
  assert.ok(!isOf(order, { ...booking, seat_numbers: ['E5'] }));
  assert.ok(!isOf(order, { ...booking, payment_type: 'Card' }));
  assert.ok(!isOf(order, { ...booking, customer_name: 'Ravi' }));
});
