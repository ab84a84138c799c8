import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSimulator } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { tally, type Answer } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const gateway = await startSimulator({ apiKey: 'simulator', delayMs: 40 });
wholeFile.after(() => gateway.close());
const env = { PAYMENT_GATEWAY_URL: gateway.url };
const app = await startApp(wholeFile, { env });
// Another process of the same house.
const other = await startApp(wholeFile, { env, databaseUrl: app.databaseUrl });

const HOLD = '/customer/booking/initialize';
const PAY = '/customer/booking/payment';
const TOP_UP = '/customer/wallet/add-funds';
const SELL = '/admin/create-customer-booking';
type Request = { as: Person; path: string; body: object };

const send = ({ as, path, body }: Request, key: string, where = app) =>
  where.post(path, { as, body, headers: { 'idempotency-key': key } });
const newKey = () => randomUUID();
const same = ({ status, json }: Answer) => {
  const { request_id: _id, ...rest } = json;
  return [status, rest];
};
const heldBy = async (person: Person, cost = '200.00') =>
  Number((await app.hold(person, await app.show({ cost }), ['A1'])).data['booking_id']);

/** The four routes, each with what it does once. */
const routes: Record<string, () => Promise<{ request: Request; effects: () => Promise<number> }>> = {
  hold: async () => {
    const [as, show] = [await app.customer(), await app.show()];
    const request = { as, path: HOLD, body: { show_id: show, seat_numbers: ['C1', 'C2'] } };
    return { request, effects: () => app.count('booking', `customer_username = '${as.username}'`) };
  },
  'payment by card': async () => {
    const as = await app.customer();
    const booking = await heldBy(as);
    return {
      request: { as, path: PAY, body: { booking_id: booking, payment_method: 'Card', ...CARD } },
      effects: () => app.count('payment_transaction', `booking_id = ${booking}`),
    };
  },
  'payment by wallet': async () => {
    const as = await app.customer({ balance: '500.00' });
    const booking = await heldBy(as);
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
};

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
      Array.from({ length: 50 }, (_, i) => send(request, key, i % 2 ? app : other)),
    );

    const done = answers.filter(({ status }) => status < 300);
    const waiting = answers.filter(({ status }) => status >= 300);
    assert.ok(done.length >= 1, JSON.stringify(tally(answers.map(({ code }) => code))));
    for (const answer of waiting) {
      assert.deepEqual([answer.status, answer.code], [409, 'REQUEST_IN_PROGRESS']);
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
    assert.equal(await effects(), 1);
    const later = await Promise.all([send(request, key), send(request, key, other)]);
    for (const answer of [...done, ...later]) assert.deepEqual(same(answer), same(done[0] ?? answer));
    assert.equal(await effects(), 1);
  });

  test(`${name}: the key with another body is 422, and nothing is done`, async () => {
    const { request, effects } = await prepare();
    const key = newKey();
    const first = await send(request, key);
    const changed = { ...request, body: { ...request.body, ...another(request.body) } };
    for (const where of [app, other]) {
      const answer = await send(changed, key, where);
      assert.deepEqual([answer.status, answer.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    assert.equal(await effects(), 1);
    assert.deepEqual(same(await send(request, key)), same(first));
  });

  test(`${name}: fields in another order, or unknown ones, are the same body`, async () => {
    const { request, effects } = await prepare();
    const key = newKey();
    const first = await send(request, key);
    const body = Object.fromEntries([...Object.entries(request.body).toReversed(), ['shoe_size', 43]]);
    assert.deepEqual(same(await send({ ...request, body }, key)), same(first));
    assert.equal(await effects(), 1);
  });
}

const another = (body: object) =>
  'seat_numbers' in body ? { seat_numbers: ['E9'] } : 'amount' in body ? { amount: 12.35 } : { cvv: '321' };

test('a payment through the alias is the same request as through its own path, and another booking is not', async () => {
  const person = await app.customer();
  const [first, second] = [await heldBy(person), await heldBy(person)];
  const key = newKey();
  const body = { payment_method: 'Card', ...CARD };
  const alias = (booking: number) => ({ as: person, path: `/customer/booking/${booking}/payment`, body });

  const paid = await send(alias(first), key);
  assert.equal(paid.status, 200);
  assert.deepEqual(
    same(await send({ as: person, path: PAY, body: { booking_id: first, ...body } }, key)),
    same(paid),
  );
  assert.equal((await send(alias(second), key)).code, 'IDEMPOTENCY_KEY_REUSED');
});

test('one key of two users, or on two routes, is two keys', async () => {
  const key = newKey();
  const people = await app.customers(2);
  const topUps = await Promise.all(
    people.map((as) => send({ as, path: TOP_UP, body: { ...CARD, amount: 5 } }, key)),
  );
  const show = await app.show();
  const holds = [];
  for (const [i, as] of people.entries()) {
    holds.push(await send({ as, path: HOLD, body: { show_id: show, seat_numbers: [`A${i + 1}`] } }, key));
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
  const first = send(slow, key);
  const mine = `customer_username = '${request.as.username}'`;
  await eventually('the charge has begun', async () => (await app.count('payment_transaction', mine)) === 1);

  const early = await send(slow, key, other);
  assert.deepEqual([early.status, early.code], [409, 'REQUEST_IN_PROGRESS']);
  assert.match(early.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal((await first).status, 200);
  assert.deepEqual(same(await send(slow, key, other)), same(await first));
});

test('a key is 1 to 128 characters of A-Z a-z 0-9 . _ -, else nothing is done', async () => {
  const { request, effects } = await prepared('top-up');
  for (const key of [
    '',
    ' ',
    'a b',
    'a,b',
    'ключ'.normalize().slice(0, 0) + 'k!',
    'a'.repeat(129),
    '"quoted"',
  ]) {
    const answer = await send(request, key);
    assert.deepEqual([answer.status, answer.code], [400, 'INVALID_IDEMPOTENCY_KEY'], key);
  }
  assert.equal(await effects(), 0);
  for (const key of ['x', `A-z_0.9${'k'.repeat(121)}`]) assert.equal((await send(request, key)).status, 200);
  assert.equal(await effects(), 2);
});

test('a refusal under a key is the same refusal, also when its reason has gone', async () => {
  const person = await app.customer();
  const booking = await heldBy(person);
  const byWallet = { as: person, path: PAY, body: { booking_id: booking, payment_method: 'Wallet' } };
  const key = newKey();
  const refused = await send(byWallet, key);
  assert.equal(refused.code, 'INSUFFICIENT_BALANCE');
  await send({ as: person, path: TOP_UP, body: { ...CARD, amount: 500 } }, newKey());

  assert.deepEqual(same(await send(byWallet, key, other)), same(refused));
  assert.equal((await send(byWallet, newKey())).status, 200);

  const declined = {
    as: person,
    path: TOP_UP,
    body: { ...CARD, card_number: '4000000000000002', amount: 5 },
  };
  const declineKey = newKey();
  const first = await send(declined, declineKey);
  assert.deepEqual([first.status, first.code], [402, 'PAYMENT_FAILED']);
  const attempts = () => app.count('payment_transaction', `customer_username = '${person.username}'`);
  const before = await attempts();
  assert.deepEqual(same(await send(declined, declineKey)), same(first));
  assert.equal(await attempts(), before, 'the bank is not asked again');
});

test('a body that breaks its rules is refused before its key is looked at', async () => {
  const person = await app.customer();
  const key = newKey();
  const bad = await send({ as: person, path: TOP_UP, body: { amount: 5 } }, key);
  assert.equal(bad.code, 'VALIDATION_ERROR');
  assert.equal((await send({ as: person, path: TOP_UP, body: { ...CARD, amount: 5 } }, key)).status, 200);
});

test('answers of 5xx and 409 are not kept', async () => {
  const person = await app.customer();
  const booking = await heldBy(person);
  const pay = { as: person, path: PAY, body: { booking_id: booking, payment_method: 'Card', ...CARD } };
  const key = newKey();

  const places = Array.from({ length: 256 }, () => app.needs.gateway.admit());
  assert.equal((await send(pay, key)).status, 503);
  for (const place of places) place?.leave();

  const refusing = { ...pay, body: { ...pay.body, card_number: '4000000000000119' } };
  const refusedKey = newKey();
  for (let i = 0; i < 2; i++) assert.equal((await send(refusing, refusedKey)).code, 'PAYMENT_SERVICE_ERROR');
  assert.equal(
    await app.count('payment_transaction', `original_booking_id = ${booking} and status = 'Failed'`),
    2,
    'the second request asked again',
  );

  const slow = app.pay(person, booking, { ...pay.body, card_number: '4000000000003220' });
  const isPaying = `original_booking_id = ${booking} and status = 'Processing'`;
  await eventually(
    'a payment is under way',
    async () => (await app.count('payment_transaction', isPaying)) === 1,
  );
  assert.equal((await send(pay, key)).code, 'PAYMENT_IN_PROGRESS');
  assert.equal((await slow).status, 200);
  assert.equal((await send(pay, key)).code, 'INVALID_BOOKING_STATUS');
});

test('what is kept holds nothing of the card, and its hash is not one that could be searched', async () => {
  const person = await app.customer();
  const body = {
    ...CARD,
    amount: 5,
    card_number: '5555555555554444',
    cvv: '987',
    cardholder_name: 'Zebedee Quill',
  };
  const key = newKey();
  await send({ as: person, path: TOP_UP, body }, key);
  await send({ as: person, path: TOP_UP, body: { ...body, card_number: '5555555555554445' } }, newKey());

  const rows = await app.rows<{ kept: string; fingerprint: string }>(
    `select kept::text as kept, encode(fingerprint, 'hex') as fingerprint
    from idempotency_key kept where username = '${person.username}'`,
  );
  assert.equal(rows.length, 2);
  for (const { kept } of rows) assert.doesNotMatch(kept, /555555555555|987,|Zebedee|Quill/i);
  for (const algorithm of ['sha256', 'sha1', 'md5']) {
    const plain = createHash(algorithm).update(JSON.stringify(body)).digest('hex');
    assert.ok(rows.every(({ fingerprint }) => fingerprint !== plain));
  }
});

test('after all this every charge has its booking or its wallet', async () => {
  await assertMoneyInOrder(app, gateway.charges());
  await assertHouseInOrder(app);
});
