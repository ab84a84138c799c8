import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import pg from 'pg';
import { createTokens } from '../../src/auth/auth.ts';
import { openMarker } from '../../src/idempotency/idempotency.ts';
import { CARD, JWT_SECRET, startApp, type Person } from '../support/app.ts';
import { createDatabase, wholeFile } from '../support/database.ts';
import { heldBy, HOLD, newKey, PAY, same, SELL, send, TOP_UP, type Request } from './asking.ts';

const OTHER_SECRET = 'the secret that comes after it, as long';
const { url: databaseUrl } = await createDatabase(wholeFile);
// Two cards leave the same sixteen bits under one secret of 65,536, so the secret is always this one.
await storeMarkSecret('a secret under which no two cards of these tests leave the same bits');
const app = await startApp(wholeFile, { databaseUrl });
const env = { JWT_SECRET_KEY: OTHER_SECRET, PAYMENT_GATEWAY_URL: app.bank.url };
const rotated = await startApp(wholeFile, { databaseUrl, env });

async function storeMarkSecret(secret: string): Promise<void> {
  const mark = createHmac('sha256', JWT_SECRET).update('the secret of tokens').digest().subarray(0, 8);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('insert into idempotency_secret (secret, token_secret_mark) values ($1, $2)', [
    secret,
    mark,
  ]);
  await client.end();
}

/** The same person, logged in again after the rotation. */
const again = ({ username }: Person, role = 'customer'): Person => ({
  username,
  token: createTokens(OTHER_SECRET).issue({ username, role, version: 0 }),
});
const afterwards = (request: Request): Request => ({
  ...request,
  as: again(request.as, request.as === app.admin ? 'admin' : 'customer'),
});
const topUp = async (amount: number | string = 5): Promise<Request> => ({
  as: await app.customer(),
  path: TOP_UP,
  body: { ...CARD, amount },
});
const requests: Record<string, () => Promise<Request>> = {
  'a hold': async () => ({
    as: await app.customer(),
    path: HOLD,
    body: { show_id: await app.show(), seat_numbers: ['A1', 'B2'] },
  }),
  'a payment': async () => {
    const as = await app.customer();
    return { as, path: PAY, body: { booking_id: await heldBy(app, as), payment_method: 'Card', ...CARD } };
  },
  'a top-up': topUp,
  'a walk-in': async () => ({
    as: app.admin,
    path: SELL,
    body: {
      show_id: await app.show(),
      customer_name: 'Walk In',
      phone_number: '9876543210',
      seat_numbers: ['A1'],
    },
  }),
};

for (const [what, prepare] of Object.entries(requests)) {
  test(`${what} that is sent again when the secret of tokens has been rotated gets its first answer`, async () => {
    const request = await prepare();
    const key = newKey();
    const first = await send(app, request, key);
    assert.ok(first.status < 300, first.text);
    assert.deepEqual(same(await send(rotated, afterwards(request), key)), same(first));
  });
}

test('another body is another body before and after: its amount, its card, any field of the card', async () => {
  const request = await topUp();
  const key = newKey();
  await send(app, request, key);
  for (const change of [
    { amount: 6 },
    { card_number: '4000056655665556' },
    { cvv: '124' },
    { expiry_month: '11' },
    { expiry_year: '38' },
    { cardholder_name: 'Asha Rau' },
  ]) {
    const other = { ...request, body: { ...request.body, ...change } };
    assert.equal((await send(app, other, key)).code, 'IDEMPOTENCY_KEY_REUSED', JSON.stringify(change));
    assert.equal((await send(rotated, afterwards(other), key)).code, 'IDEMPOTENCY_KEY_REUSED');
  }
  const inOtherOrder = Object.fromEntries(Object.entries(request.body).toReversed());
  assert.equal(
    (await send(app, { ...request, body: inOtherOrder }, key)).status,
    200,
    'fields have no order',
  );
});

test('the key of a process that died is free for the same body alone, also after the rotation', async () => {
  const request = await topUp();
  const key = newKey();
  await send(app, request, key);
  await app.script(`delete from payment_transaction where customer_username = '${request.as.username}';
    update idempotency_key set status = null, answer = null, attempt_id = null, lease_until = clock_timestamp()
    where key = '${key}'`);
  const other = { ...request, body: { ...request.body, amount: 6 } };
  assert.equal((await send(rotated, afterwards(other), key)).code, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await send(rotated, afterwards(request), key)).status, 200);
});

/** Makes the row of a key one of a program that kept only a hash by the secret of tokens. */
const makeOld = (key: string, more = '') =>
  app.script(`update idempotency_key set body_mark = null, claim = null${more} where key = '${key}'`);

test('a row of before the marks is judged by the secret of tokens while that is the same', async () => {
  const request = await topUp();
  const key = newKey();
  const first = await send(app, request, key);
  await makeOld(key);
  assert.deepEqual(same(await send(app, request, key)), same(first));
  const other = { ...request, body: { ...request.body, amount: 6 } };
  assert.equal((await send(app, other, key)).code, 'IDEMPOTENCY_KEY_REUSED');

  await makeOld(key, `, status = null, answer = null, attempt_id = null, lease_until = clock_timestamp()`);
  assert.equal((await send(app, other, key)).code, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await send(app, request, key)).status, 200, 'its process had died');
});

test('a row of before the marks whose secret is gone is taken for the same: an honest repetition is no other request', async () => {
  const request = await topUp();
  const key = newKey();
  const first = await send(app, request, key);
  await makeOld(key);
  const charges = app.bank.charges().length;
  assert.deepEqual(same(await send(rotated, afterwards(request), key)), same(first));
  assert.equal(app.bank.charges().length, charges);

  await makeOld(key, `, status = null, answer = null, attempt_id = null, lease_until = clock_timestamp()`);
  assert.equal((await send(rotated, afterwards(request), key)).status, 200, 'its process had died');
});

test('what is kept of a card cannot be searched for it, though the secret is beside it: sixteen bits, always the same', async () => {
  const marker = await openMarker(app.pool, JWT_SECRET);
  const mark = (card: object, amount = 5) => marker.marksOf({ ...CARD, ...card, amount }).bodyMark;
  const one = mark({});
  const other = mark({ card_number: '5555555555554444', cvv: '987', cardholder_name: 'Zebedee Quill' });
  const differing = [...one.keys()].filter((place) => one[place] !== other[place]);
  assert.equal(one.length, 34);
  assert.ok(
    differing.length > 0 && differing.every((place) => place === 32 || place === 33),
    differing.join(),
  );
  assert.deepEqual(
    mark({}, 70).subarray(32),
    one.subarray(32),
    'a second payment by the card tells no more of it',
  );

  const { secret } = (await app.rows<{ secret: string }>('select secret from idempotency_secret'))[0] ?? {};
  const body = { ...CARD, amount: 5 };
  const guesses = [body, ...Object.values(CARD)].map((guess) =>
    createHmac('sha256', secret ?? '')
      .update(typeof guess === 'string' ? guess : JSON.stringify(guess))
      .digest(),
  );
  assert.ok(guesses.every((guess) => !one.includes(guess.subarray(0, 8))));
});

test('processes that start at once agree on one secret, which outlives them', async () => {
  const { url } = await createDatabase(wholeFile);
  const apps = await Promise.all([1, 2, 3].map(() => startApp(wholeFile, { databaseUrl: url })));
  const body = { ...CARD, amount: 5 };
  const marks = await Promise.all(
    apps.map(async ({ pool }) => (await openMarker(pool, JWT_SECRET)).marksOf(body)),
  );
  assert.equal(new Set(marks.map(({ bodyMark }) => bodyMark.toString('hex'))).size, 1);
  assert.deepEqual(await apps[0]?.count('idempotency_secret'), 1);
});
