import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { CARD, startApp, type Person, type TestApp } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const app = await startApp(wholeFile, { env: { PAYMENT_TIMEOUT_SECONDS: '3' } });
const SLOW = '4000000000003220';

const topUp = (as: Person, number: string, where: Pick<TestApp, 'post'> = app) =>
  where.post('/customer/wallet/add-funds', { as, body: { ...CARD, card_number: number, amount: 12.5 } });
const balance = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);
const attemptsOf = ({ username }: Person) =>
  app.rows<{ id: number; key: string; status: string; reason: string | null; transaction_id: string | null }>(
    `select id, attempt_id as key, status, reason, transaction_id from payment_transaction
    where customer_username = '${username}'`,
  );
const isUnderWay = async (person: Person) => (await attemptsOf(person))[0]?.status === 'Processing';

for (const [title, number, status, code, written, charges] of [
  ['a good card', CARD.card_number, 200, '200', 'Completed', 1],
  ['a decline', '4000000000000002', 402, 'PAYMENT_FAILED', 'Failed', 0],
  ['a number that is none', '4242424242424241', 400, 'PAYMENT_VALIDATION_FAILED', 'Failed', 0],
  ['a gateway under maintenance', '4000000000000119', 502, 'PAYMENT_SERVICE_ERROR', 'Failed', 0],
  ['garbage', '4000000000000127', 502, 'PAYMENT_SERVICE_ERROR', 'Unknown', 0],
  ['a cut before the charge', '4000000000000069', 502, 'PAYMENT_SERVICE_ERROR', 'Unknown', 0],
  ['a cut after the charge', '4000000000000341', 502, 'PAYMENT_SERVICE_ERROR', 'Unknown', 1],
  ['silence', '4000000000009995', 504, 'PAYMENT_SERVICE_ERROR', 'Unknown', 1],
  ['an answer after two seconds', SLOW, 200, '200', 'Completed', 1],
] as const) {
  test(`a top-up that meets ${title}: ${code}, ${written}, ${charges} charges`, async () => {
    const person = await app.customer();
    const answer = await topUp(person, number);
    assert.deepEqual([answer.status, answer.code], [status, code]);
    const [attempt, ...others] = await attemptsOf(person);
    assert.deepEqual([attempt?.status, others], [written, []]);
    const charged = app.bank.charges().filter(({ key }) => key === attempt?.key);
    assert.equal(charged.length, charges);
    assert.equal(await balance(person), written === 'Completed' ? 12.5 : 0);
    assert.equal(
      attempt?.transaction_id ?? undefined,
      written === 'Completed' ? charged[0]?.transaction_id : undefined,
    );
  });
}

for (const [title, env, code] of [
  ['a key that the gateway refuses', { PAYMENT_GATEWAY_API_KEY: 'stale' }, 'PAYMENT_AUTH_FAILED'],
  [
    'a gateway that is not there',
    { PAYMENT_GATEWAY_URL: `http://127.0.0.1:${await freePort()}` },
    'PAYMENT_SERVICE_ERROR',
  ],
] as const) {
  test(`a top-up that meets ${title}: 502, Failed, nothing charged`, async (t) => {
    const here = await startApp(t, { env, databaseUrl: app.databaseUrl });
    const person = await app.customer();
    const answer = await topUp(person, CARD.card_number, here);
    assert.deepEqual([answer.status, answer.code], [502, code]);
    assert.deepEqual(
      (await attemptsOf(person)).map((attempt) => attempt.status),
      ['Failed'],
    );
    assert.equal(await balance(person), 0);
  });
}

test('a customer who hangs up during the charge has the money', async () => {
  const person = await app.customer();
  const hangUp = new AbortController();
  const asking = fetch(`${app.base}/customer/wallet/add-funds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ ...CARD, card_number: SLOW, amount: 12.5 }),
    signal: hangUp.signal,
  });
  await eventually('the charge has begun', () => isUnderWay(person));
  hangUp.abort();
  await assert.rejects(asking);
  await eventually('the money is there', async () => (await balance(person)) === 12.5);
});

/** A charge that is answered when its lease is over, and others have given it up. */
async function answeredTooLate(person: Person, meanwhile: (id: number) => Promise<void>) {
  const asking = topUp(person, SLOW);
  await eventually('the charge has begun', () => isUnderWay(person));
  await app.script(`update payment_transaction set lease_until = clock_timestamp()
    where customer_username = '${person.username}'`);
  await eventually('it is given up', async () => (await attemptsOf(person))[0]?.status === 'Unknown');
  await meanwhile((await attemptsOf(person))[0]?.id ?? 0);
  return asking;
}

test('a charge that is answered after everything was given up is found, not lost', async () => {
  const person = await app.customer();
  assert.equal((await answeredTooLate(person, async () => {})).status, 200);
  assert.equal(await balance(person), 12.5);
  assert.equal((await attemptsOf(person))[0]?.status, 'Completed');
});

for (const [resolution, left] of [
  ['failed', 0],
  ['refunded', 0],
  ['credited', 12.5],
] as const) {
  test(`a charge that is reported after an operator resolved it (${resolution}) goes to the operator again, and is not added`, async () => {
    const person = await app.customer();
    const order = { by: 'test' };
    const late = await answeredTooLate(person, (id) =>
      resolveAttempt(app.pool, { id, resolution, ...order }),
    );
    assert.deepEqual([late.status, late.code], [409, 'PAYMENT_UNRESOLVED']);
    assert.equal(await balance(person), left);
    const [attempt] = await attemptsOf(person);
    const charge = app.bank.charges().find(({ key }) => key === attempt?.key);
    assert.deepEqual([attempt?.status, attempt?.transaction_id], ['Unknown', charge?.transaction_id]);
    const says = `"transactionId":"${charge?.transaction_id}".*reconcile it again`;
    assert.ok(app.lines.some((line) => new RegExp(says).test(line)));
  });
}

test('at the end every charge is in a wallet, given back or listed', async () => {
  const { attempts } = await audit(app.pool, app.bank.charges());
  assert.equal(attempts.length, 7);
});
