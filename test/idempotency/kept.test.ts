import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { heldBy, newKey, PAY, same, send, TOP_UP } from './asking.ts';

const app = await startApp(wholeFile);

test('a key is 1 to 128 characters of A-Z a-z 0-9 . _ -, else nothing is done', async () => {
  const request = { as: await app.customer(), path: TOP_UP, body: { ...CARD, amount: 5 } };
  const effects = () => app.count('wallet_transaction', `username = '${request.as.username}'`);
  for (const key of [
    '',
    ' ',
    'a b',
    'a,b',
    'ключ'.normalize().slice(0, 0) + 'k!',
    'a'.repeat(129),
    '""',
    '"half',
    'half"',
    '""twice""',
    `"${'a'.repeat(129)}"`,
    "'single'",
  ]) {
    const answer = await send(app, request, key);
    assert.deepEqual([answer.status, answer.code], [400, 'INVALID_IDEMPOTENCY_KEY'], key);
  }
  assert.equal(await effects(), 0);
  for (const key of ['x', `A-z_0.9${'k'.repeat(121)}`])
    assert.equal((await send(app, request, key)).status, 200);
  assert.equal(await effects(), 2);
});

test('a key in quotes is the same key without them', async () => {
  const request = { as: await app.customer(), path: TOP_UP, body: { ...CARD, amount: 5 } };
  const key = newKey();
  const first = await send(app, request, `"${key}"`);
  assert.equal(first.status, 200);
  assert.deepEqual(same(await send(app, request, key)), same(first));
  assert.deepEqual(same(await send(app, request, `"${key}"`)), same(first));
  assert.equal(await app.count('wallet_transaction', `username = '${request.as.username}'`), 1);
});

test('a declined charge and its answer under the key are written together, so no repetition charges in between', async () => {
  const person = await app.customer();
  const declined = { ...CARD, card_number: '4000000000000002' };
  const booking = await heldBy(app, person);
  const byCard = { booking_id: booking, payment_method: 'Card', ...declined };
  for (const request of [
    { as: person, path: PAY, body: byCard },
    { as: person, path: TOP_UP, body: { ...declined, amount: 5 } },
  ]) {
    const answer = await send(app, request, newKey());
    assert.equal(answer.status, 402, answer.text);
  }
  const rows = await app.rows(`
    select attempt.xmin::text = kept.xmin::text as together
    from payment_transaction attempt
    join idempotency_key kept on kept.attempt_id = attempt.attempt_id
    where kept.username = '${person.username}'`);
  assert.deepEqual(rows, [{ together: true }, { together: true }]);
});

test('a refusal under a key is the same refusal, also when its reason has gone', async () => {
  const person = await app.customer();
  const booking = await heldBy(app, person);
  const byWallet = { as: person, path: PAY, body: { booking_id: booking, payment_method: 'Wallet' } };
  const key = newKey();
  const refused = await send(app, byWallet, key);
  assert.equal(refused.code, 'INSUFFICIENT_BALANCE');
  await send(app, { as: person, path: TOP_UP, body: { ...CARD, amount: 500 } }, newKey());

  assert.deepEqual(same(await send(app, byWallet, key)), same(refused));
  assert.equal((await send(app, byWallet, newKey())).status, 200);

  const declined = {
    as: person,
    path: TOP_UP,
    body: { ...CARD, card_number: '4000000000000002', amount: 5 },
  };
  const declineKey = newKey();
  const first = await send(app, declined, declineKey);
  assert.deepEqual([first.status, first.code], [402, 'PAYMENT_FAILED']);
  const attempts = () => app.count('payment_transaction', `customer_username = '${person.username}'`);
  const before = await attempts();
  assert.deepEqual(same(await send(app, declined, declineKey)), same(first));
  assert.equal(await attempts(), before, 'the bank is not asked again');
});

test('a body that breaks its rules is refused before its key is looked at', async () => {
  const person = await app.customer();
  const key = newKey();
  const bad = await send(app, { as: person, path: TOP_UP, body: { amount: 5 } }, key);
  assert.equal(bad.code, 'VALIDATION_ERROR');
  assert.equal(
    (await send(app, { as: person, path: TOP_UP, body: { ...CARD, amount: 5 } }, key)).status,
    200,
  );
});

test('answers of 5xx and 409 are not kept', async () => {
  const person = await app.customer();
  const booking = await heldBy(app, person);
  const pay = { as: person, path: PAY, body: { booking_id: booking, payment_method: 'Card', ...CARD } };
  const key = newKey();

  const places = Array.from({ length: 256 }, () => app.needs.gateway.admit());
  assert.equal((await send(app, pay, key)).status, 503);
  for (const place of places) place?.leave();

  const refusing = { ...pay, body: { ...pay.body, card_number: '4000000000000119' } };
  const refusedKey = newKey();
  for (let i = 0; i < 2; i++)
    assert.equal((await send(app, refusing, refusedKey)).code, 'PAYMENT_SERVICE_ERROR');
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
  assert.equal((await send(app, pay, key)).code, 'PAYMENT_IN_PROGRESS');
  assert.equal((await slow).status, 200);
  assert.equal((await send(app, pay, key)).code, 'INVALID_BOOKING_STATUS');
});

test('what is kept holds nothing of the card, and its hash cannot be searched', async () => {
  const person = await app.customer();
  const body = {
    ...CARD,
    amount: 5,
    card_number: '5555555555554444',
    cvv: '987',
    cardholder_name: 'Zebedee Quill',
  };
  const key = newKey();
  await send(app, { as: person, path: TOP_UP, body }, key);
  await send(app, { as: person, path: TOP_UP, body: { ...body, card_number: '5555555555554445' } }, newKey());

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
