import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);

/** Sells a Standard seat of 150.15, or a Deluxe one of 300.15. */
const sell = async (amount: unknown, { seat = 'A1', key = '' } = {}) => {
  const body = {
    show_id: await app.show({ cost: '150.15' }),
    customer_name: 'Walk In',
    phone_number: '9876543210',
    seat_numbers: [seat],
    amount_paid: amount,
  };
  return app.post('/admin/create-customer-booking', {
    as: app.admin,
    body,
    ...(key !== '' && { headers: { 'idempotency-key': key } }),
  });
};

test('a walk-in is sold for the price of its seats, whichever way a client has added it up', async () => {
  for (const amount of [
    150.15,
    150.14999999999998,
    150.15000000000003,
    '150.15',
    '150.150',
    undefined,
    null,
  ]) {
    const { status, data } = await sell(amount);
    assert.deepEqual(
      [status, data['amount_paid'], data['payment_type']],
      [201, 150.15, 'Cash'],
      String(amount),
    );
  }
  assert.equal((await sell(300.15, { seat: 'J1' })).data['amount_paid'], 300.15);
  assert.equal(await app.count('booking', 'amount_paid in (150.15, 300.15)'), 8);
});

test('a walk-in at any other amount is refused and leaves nothing', async () => {
  const before = await app.count('booking');
  const customers = await app.count('admin_booked_customer');
  for (const [amount, key] of [
    [150.14, ''],
    [150.16, ''],
    [150.156, ''],
    [0, ''],
    [-150.15, ''],
    ['150.144', ''],
    [300.15, 'key'],
  ] as const) {
    const { status, code } = await sell(amount, { key });
    assert.deepEqual([status, code], [400, 'INVALID_AMOUNT'], String(amount));
  }
  assert.equal(await app.count('booking'), before);
  assert.equal(await app.count('admin_booked_customer'), customers);
  await assertHouseInOrder(app);
});
