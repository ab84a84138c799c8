import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/payments/simulator.ts';
import { showAt } from '../checkins/door.ts';
import { CARD, startApp } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { tally } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { heldBy, HOLD, newKey, PAY, same, SELL, send, TOP_UP, type Request } from './asking.ts';

const gateway = await startSimulator({ apiKey: 'simulator', delayMs: 40 });
wholeFile.after(() => gateway.close());
const env = { PAYMENT_GATEWAY_URL: gateway.url };
const app = await startApp(wholeFile, { env });
// Another process of the same house.
const other = await startApp(wholeFile, { env, databaseUrl: app.databaseUrl });

/** The routes that take a key, each with what it does once. */
const routes: Record<string, () => Promise<{ request: Request; effects: () => Promise<number> }>> = {
  hold: async () => {
    const [as, show] = [await app.customer(), await app.show()];
    const request = { as, path: HOLD, body: { show_id: show, seat_numbers: ['C1', 'C2'] } };
    return { request, effects: () => app.count('booking', `customer_username = '${as.username}'`) };
  },
  'payment by card': async () => {
    const as = await app.customer();
    const booking = await heldBy(app, as);
    return {
      request: { as, path: PAY, body: { booking_id: booking, payment_method: 'Card', ...CARD } },
      effects: () => app.count('payment_transaction', `booking_id = ${booking}`),
    };
  },
  'payment by wallet': async () => {
    const as = await app.customer({ balance: '500.00' });
    const booking = await heldBy(app, as);
    return {
      request: { as, path: PAY, body: { booking_id: booking, payment_method: 'Wallet' } },
      effects: () => app.count('wallet_transaction', `booking_id = ${booking}`),
    };
  },
  'top-up': async () => {
    const as = await app.customer();
    return {
      request: { as, path: TOP_UP, body: { ...CARD, amount: 12.34 } },
      effects: () => app.count('wallet_transaction', `username = '${as.username}'`),
    };
  },
  'walk-in': async () => {
    const show = await app.show();
    const body = {
      show_id: show,
      customer_name: 'Walk In',
      phone_number: '9876543210',
      seat_numbers: ['D1'],
    };
    const request = { as: app.admin, path: SELL, body };
    return { request, effects: () => app.count('booking', `show_id = ${show}`) };
  },
  'check-in': async () => {
    const [id = 0] = await paidAtTheDoor(['A1']);
    const request = { as: app.staff, path: '/check-in/booking', body: { booking_id: id } };
    return { request, effects: () => app.count('check_in', `booking_id = ${id}`) };
  },
  'check-in of many': async () => {
    const ids = await paidAtTheDoor(['A1', 'A2', 'A3']);
    const request = { as: app.staff, path: '/check-in/bookings', body: { booking_ids: ids } };
    // One effect is all three of them.
    const effects = async () => (await app.count('check_in', `booking_id in (${ids.join()})`)) / 3;
    return { request, effects };
  },
};

/** A paid booking for each seat, of a show whose door is open. */
async function paidAtTheDoor(seats: readonly string[]): Promise<number[]> {
  const as = await app.customer({ balance: '1000.00' });
  const show = await showAt(app, { inMinutes: 10 });
  const ids = [];
  for (const seat of seats) {
    const id = Number((await app.hold(as, show, [seat])).data['booking_id']);
    await app.pay(as, id, { payment_method: 'Wallet' });
    ids.push(id);
  }
  return ids;
}

const prepared = async (name: string) => {
  const prepare = routes[name];
  assert.ok(prepare);
  return prepare();
};

for (const [name, prepare] of Object.entries(routes)) {
  test(`${name}: fifty at once with one key, over two processes, have one effect and one answer`, async () => {
    const { request, effects } = await prepare();
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => send(i % 2 ? app : other, request, key)),
    );

    const done = answers.filter(({ status }) => status < 300);
    const waiting = answers.filter(({ status }) => status >= 300);
    assert.ok(done.length >= 1, JSON.stringify(tally(answers.map(({ code }) => code))));
    for (const answer of waiting) {
      assert.deepEqual([answer.status, answer.code], [409, 'REQUEST_IN_PROGRESS']);
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
    assert.equal(await effects(), 1);
    const later = await Promise.all([send(app, request, key), send(other, request, key)]);
    for (const answer of [...done, ...later]) assert.deepEqual(same(answer), same(done[0] ?? answer));
    assert.equal(await effects(), 1);
  });

  test(`${name}: the key with another body is 422, and nothing is done`, async () => {
    const { request, effects } = await prepare();
    const key = newKey();
    const first = await send(app, request, key);
    const changed = { ...request, body: { ...request.body, ...another(request.body) } };
    for (const where of [app, other]) {
      const answer = await send(where, changed, key);
      assert.deepEqual([answer.status, answer.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    assert.equal(await effects(), 1);
    assert.deepEqual(same(await send(app, request, key)), same(first));
  });

  test(`${name}: fields in another order, or unknown ones, are the same body`, async () => {
    const { request, effects } = await prepare();
    const key = newKey();
    const first = await send(app, request, key);
    const body = Object.fromEntries([...Object.entries(request.body).toReversed(), ['shoe_size', 43]]);
    assert.deepEqual(same(await send(app, { ...request, body }, key)), same(first));
    assert.equal(await effects(), 1);
  });
}

const OTHERS = {
  seat_numbers: ['E9'],
  amount: 12.35,
  booking_ids: [999_999],
  cvv: '321',
  booking_id: 999_999,
};
/** A body's first field of these, changed. */
const another = (body: object) =>
  Object.fromEntries([Object.entries(OTHERS).find(([name]) => name in body) ?? ['cvv', '321']]);

test('a payment through the alias is the same request as through its own path, and another booking is not', async () => {
  const person = await app.customer();
  const [first, second] = [await heldBy(app, person), await heldBy(app, person)];
  const key = newKey();
  const body = { payment_method: 'Card', ...CARD };
  const alias = (booking: number) => ({ as: person, path: `/customer/booking/${booking}/payment`, body });

  const paid = await send(app, alias(first), key);
  assert.equal(paid.status, 200);
  assert.deepEqual(
    same(await send(app, { as: person, path: PAY, body: { booking_id: first, ...body } }, key)),
    same(paid),
  );
  assert.equal((await send(app, alias(second), key)).code, 'IDEMPOTENCY_KEY_REUSED');
});

test('one key of two users, or on two routes, is two keys', async () => {
  const key = newKey();
  const people = await app.customers(2);
  const topUps = await Promise.all(
    people.map((as) => send(app, { as, path: TOP_UP, body: { ...CARD, amount: 5 } }, key)),
  );
  const show = await app.show();
  const holds = [];
  for (const [i, as] of people.entries()) {
    holds.push(
      await send(app, { as, path: HOLD, body: { show_id: show, seat_numbers: [`A${i + 1}`] } }, key),
    );
  }
  assert.deepEqual(
    [...topUps, ...holds].map(({ code }) => code),
    ['200', '200', '201', '201'],
  );
  assert.equal(new Set(holds.map(({ data }) => data['booking_id'])).size, 2);
});

test('while the first is under way the others are told to come back', async () => {
  const { request } = await prepared('top-up');
  const slow = { ...request, body: { ...request.body, card_number: '4000000000003220' } };
  const key = newKey();
  const first = send(app, slow, key);
  const mine = `customer_username = '${request.as.username}'`;
  await eventually('the charge has begun', async () => (await app.count('payment_transaction', mine)) === 1);

  const early = await send(other, slow, key);
  assert.deepEqual([early.status, early.code], [409, 'REQUEST_IN_PROGRESS']);
  assert.match(early.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal((await first).status, 200);
  assert.deepEqual(same(await send(other, slow, key)), same(await first));
});

test('after all this every charge has its booking or its wallet', async () => {
  await assertMoneyInOrder(app, gateway.charges());
  await assertHouseInOrder(app);
});
