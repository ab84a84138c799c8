import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp, type Person } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { newKey, send, TOP_UP } from './asking.ts';

const app = await startApp(wholeFile);
const topUp = (as: Person) => ({ as, path: TOP_UP, body: { ...CARD, amount: 5 } });

test('users who happen to send the same key and body each get their own answer again', async () => {
  const people = await app.customers(3);
  const key = newKey();
  for (const round of ['at first', 'again', 'once more']) {
    for (const person of people) {
      const { data } = await send(app, topUp(person), key);
      assert.deepEqual([data['username'], data['balance']], [person.username, 5], round);
    }
  }
});

test('a refusal under a key of one user leaves the same key of another as it is', async () => {
  const [person, other] = await app.customers(2);
  assert.ok(person && other);
  const key = newKey();
  const first = await send(app, topUp(person), key);
  const busy = Array.from({ length: 256 }, () => app.needs.gateway.admit());
  assert.equal((await send(app, topUp(other), key)).status, 503);
  for (const place of busy) place?.leave();
  assert.deepEqual((await send(app, topUp(person), key)).data, first.data);
  assert.equal(await app.count('wallet_transaction', `username = '${person.username}'`), 1);
});

test('the key of a process that died stands for its own body alone', async () => {
  const person = await app.customer();
  const key = newKey();
  await app.script(`insert into idempotency_key (username, route, key, fingerprint, lease_until)
    values ('${person.username}', 'wallet/add-funds', '${key}', 'of another body', now() - interval '1 minute')`);
  const answer = await send(app, topUp(person), key);
  assert.deepEqual([answer.status, answer.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
  assert.equal(await app.count('payment_transaction', `customer_username = '${person.username}'`), 0);
});
