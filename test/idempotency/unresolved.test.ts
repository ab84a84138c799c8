import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.ts';
import { test } from 'node:test';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { sweepKeys } from '../../src/idempotency/idempotency.ts';
import type { Resolution } from '../../src/payments/payments.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';
import { heldBy, newKey, PAY, send, TOP_UP, type Request } from './asking.ts';

const app = await startApp(wholeFile);
const CUT_AFTER = { ...CARD, card_number: '4000000000000341' };
const CUT_BEFORE = { ...CARD, card_number: '4000000000000069' };

const topUp = (as: Person, card: object = CUT_AFTER): Request => ({
  as,
  path: TOP_UP,
  body: { ...card, amount: 40 },
});
const payment = async (as: Person, card: object = CUT_AFTER): Promise<Request & { booking: number }> => {
  const booking = await heldBy(app, as);
  const body = { booking_id: booking, payment_method: 'Card', ...card };
  return { as, path: PAY, body, booking };
};
const chargesOf = async (person: Person) => {
  const attempts = await app.rows<{ key: string }>(
    `select attempt_id as key from payment_transaction where customer_username = '${person.username}'`,
  );
  return app.bank.charges().filter(({ key }) => attempts.some((attempt) => attempt.key === key)).length;
};
const resolve = async (person: Person, resolution: Resolution) => {
  const [attempt] = await app.rows<{ id: number }>(
    `select id from payment_transaction where customer_username = '${person.username}' and status = 'Unknown'`,
  );
  await resolveAttempt(app.pool, { id: attempt?.id ?? 0, resolution, by: 'test' });
};
const balance = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);

/** Sends a request whose outcome stays unknown, and sees that its key never charges again. */
async function leaveUnknown(request: Request): Promise<string> {
  const key = newKey();
  const first = await send(app, request, key);
  assert.deepEqual([first.status, first.code], [502, 'PAYMENT_SERVICE_ERROR']);
  const charges = await chargesOf(request.as);
  for (let i = 0; i < 3; i++) {
    const again = await send(app, request, key);
    assert.deepEqual([again.status, again.code], [409, 'PAYMENT_UNRESOLVED']);
  }
  assert.equal(await chargesOf(request.as), charges);
  return key;
}

test('a top-up of unknown outcome: credited, its key answers 200 from then on', async () => {
  const person = await app.customer();
  const key = await leaveUnknown(topUp(person));
  await resolve(person, 'credited');
  const answer = await send(app, topUp(person), key);
  assert.deepEqual([answer.status, answer.data['balance']], [200, 40]);
  assert.equal(answer.json['message'], 'Funds added successfully');
  assert.deepEqual([await balance(person), await chargesOf(person)], [40, 1]);
});

test('a top-up of unknown outcome: refunded, its key answers that it was not successful', async () => {
  const person = await app.customer();
  const key = await leaveUnknown(topUp(person));
  await resolve(person, 'refunded');
  const answer = await send(app, topUp(person), key);
  assert.deepEqual([answer.status, answer.code], [402, 'PAYMENT_FAILED']);
  assert.deepEqual([await balance(person), await chargesOf(person)], [0, 1]);
});

test('a top-up that never charged: its key is free, and charges then', async () => {
  const person = await app.customer();
  const request = topUp(person, CUT_BEFORE);
  const key = await leaveUnknown(request);
  assert.equal(await chargesOf(person), 0);
  await resolve(person, 'failed');
  assert.equal(
    (await send(app, request, key)).code,
    'PAYMENT_SERVICE_ERROR',
    'it was sent to the same card again',
  );
  assert.equal((await send(app, topUp(person, CARD), newKey())).status, 200);
  await resolve(person, 'failed');
});

test('a payment of unknown outcome: confirmed, its key answers with the booking', async () => {
  const person = await app.customer();
  const request = await payment(person);
  const key = await leaveUnknown(request);
  const other = await app.pay(person, request.booking);
  assert.equal(other.code, 'PAYMENT_UNRESOLVED', 'another key, or none, does not charge either');
  await resolve(person, 'confirmed');
  const answer = await send(app, request, key);
  assert.equal(answer.status, 200);
  assert.deepEqual([answer.data['booking_id'], answer.data['status']], [request.booking, 'Confirmed']);
  assert.equal(await chargesOf(person), 1);
});

for (const resolution of ['credited', 'refunded'] as const) {
  test(`a payment of unknown outcome: ${resolution}, its key says that it was not successful`, async () => {
    const person = await app.customer();
    const request = await payment(person);
    const key = await leaveUnknown(request);
    await resolve(person, resolution);
    const answer = await send(app, request, key);
    assert.deepEqual([answer.status, answer.code], [402, 'PAYMENT_FAILED']);
    assert.equal(await balance(person), resolution === 'credited' ? 200 : 0);
    assert.equal((await app.pay(person, request.booking)).code, '200', 'the hold can be paid again');
    assert.equal(await chargesOf(person), 2);
  });
}

test('a payment that never charged: its key is free and the booking can be paid', async () => {
  const person = await app.customer();
  const request = await payment(person, CUT_BEFORE);
  const key = await leaveUnknown(request);
  await resolve(person, 'failed');
  const good = { ...request, body: { ...request.body, ...CARD } };
  assert.equal((await send(app, good, key)).status, 200);
  assert.equal(await chargesOf(person), 1);
});

const age = (key: string, hours: number) =>
  app.script(`update idempotency_key set created_at = clock_timestamp() - interval '${hours} hours',
    lease_until = clock_timestamp() - interval '${hours} hours' where key = '${key}'`);

test('a key stands for 24 hours, then it is new', async () => {
  const person = await app.customer();
  const key = newKey();
  assert.equal((await send(app, topUp(person, CARD), key)).data['balance'], 40);
  await age(key, 23.9);
  assert.equal((await send(app, topUp(person, CARD), key)).data['balance'], 40);
  await age(key, 24);
  assert.equal((await send(app, topUp(person, CARD), key)).data['balance'], 80);
  await age(key, 24);
  const other = await send(app, { ...topUp(person, CARD), body: { ...CARD, amount: 1 } }, key);
  assert.equal(other.data['balance'], 81, 'another body too');
});

test('a key whose charge nobody knows of is not forgotten with the day: it never charges again', async () => {
  const person = await app.customer();
  const key = await leaveUnknown(topUp(person));
  await age(key, 48);
  await sweepKeys(app.pool);
  assert.equal((await send(app, topUp(person), key)).code, 'PAYMENT_UNRESOLVED');
  assert.equal(await chargesOf(person), 1);
  await resolve(person, 'refunded');
  assert.equal(await sweepKeys(app.pool), 1);
});

test('old keys are swept in bounded batches, the others stay', async () => {
  await app.script(`insert into idempotency_key (username, route, key, fingerprint, status, answer, lease_until, created_at)
    select 'seed-user-1', 'wallet/add-funds', 'old' || n, '', 200, '{}', now(), now() - interval '25 hours'
    from generate_series(1, 2500) n`);
  await app.script(`create table batch (size bigint);
    create function note_batch() returns trigger language plpgsql as $$ begin
      insert into batch select count(*) from gone;
      return null; end $$;
    create trigger note_batch after delete on idempotency_key referencing old table as gone
    for each statement execute function note_batch()`);
  const before = await app.count('idempotency_key');
  await sweepKeys(app.pool);
  // The program's own housekeeping may be at it too, and each passes by what the other has locked.
  await eventually('they are gone', async () => (await app.count('idempotency_key')) === before - 2500);
  assert.deepEqual(await app.rows('select max(size)::int as most from batch'), [{ most: 1_000 }]);
  assert.equal(await sweepKeys(app.pool), 0);
});

test('the key of a process that died before it wrote anything is free when its lease is over', async () => {
  const person = await app.customer();
  const request = topUp(person, CARD);
  const key = newKey();
  const places = Array.from({ length: 256 }, () => app.needs.gateway.admit());
  // A key that is claimed and no more, as a kill leaves it: nobody may give it free.
  await app.script(
    `create rule kept as on delete to idempotency_key where old.key = '${key}' do instead nothing`,
  );
  assert.equal((await send(app, request, key)).status, 503);
  await app.script('drop rule kept on idempotency_key');
  for (const place of places) place?.leave();

  assert.equal((await send(app, request, key)).code, 'REQUEST_IN_PROGRESS');
  await app.script(`update idempotency_key set lease_until = clock_timestamp() where key = '${key}'`);
  assert.equal((await send(app, request, key)).status, 200);
  assert.equal(await chargesOf(person), 1);
});

test('at the end every charge is accounted for', async () => {
  assert.deepEqual((await audit(app.pool, app.bank.charges())).attempts, []);
});
