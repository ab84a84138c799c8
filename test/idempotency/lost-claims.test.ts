import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import {
  attachAttempt,
  claimKey,
  findKey,
  keepAnswer,
  lockKey,
  releaseKey,
} from '../../src/idempotency/queries.ts';
import { sql } from '../../src/platform/database/db.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startFreezing } from '../support/freeze.ts';
import { endLeases } from '../support/recovery.ts';
import { heldBy, HOLD, newKey, PAY, same, SELL, send, TOP_UP, type Request } from './asking.ts';

// The process that takes a key over from a process that stands still.
const app = await startApp(wholeFile, { env: { PAYMENT_TIMEOUT_SECONDS: '3' } });
const DECLINED = { ...CARD, card_number: '4000000000000002' };

type Deal = { request: Request; effects: () => Promise<number> };
const count = (table: string, where: string) => () => app.count(table, where);
const deals: Record<string, () => Promise<Deal>> = {
  'a hold': async () => {
    const [as, show] = [await app.customer(), await app.show()];
    const request = { as, path: HOLD, body: { show_id: show, seat_numbers: ['C1', 'C2'] } };
    return { request, effects: count('booking', `show_id = ${show}`) };
  },
  'a payment by wallet': async () => {
    const as = await app.customer({ balance: '500.00' });
    const booking = await heldBy(app, as);
    const request = { as, path: PAY, body: { booking_id: booking, payment_method: 'Wallet' } };
    return { request, effects: count('wallet_transaction', `booking_id = ${booking}`) };
  },
  'a payment by card': async () => {
    const as = await app.customer();
    const booking = await heldBy(app, as);
    const request = { as, path: PAY, body: { booking_id: booking, payment_method: 'Card', ...CARD } };
    return { request, effects: count('payment_transaction', `booking_id = ${booking}`) };
  },
  'a top-up': async () => {
    const as = await app.customer();
    const request = { as, path: TOP_UP, body: { ...CARD, amount: 12.34 } };
    return { request, effects: count('payment_transaction', `customer_username = '${as.username}'`) };
  },
  'a walk-in': async () => {
    const show = await app.show();
    const guest = { customer_name: 'Walk In', phone_number: '9876543210' };
    const request = { as: app.admin, path: SELL, body: { show_id: show, ...guest, seat_numbers: ['D1'] } };
    return { request, effects: count('booking', `show_id = ${show}`) };
  },
};
const chargesOf = async ({ username }: Person) => {
  const attempts = await app.rows<{ key: string }>(
    `select attempt_id as key from payment_transaction where customer_username = '${username}'`,
  );
  return app.bank.charges().filter(({ key }) => attempts.some((attempt) => attempt.key === key)).length;
};

for (const [what, prepare] of Object.entries(deals)) {
  test(`${what}: a request that lost its key while its process stood still does nothing when it wakes up`, async (t) => {
    const { request, effects } = await prepare();
    const frozen = await startFreezing(t, app, 'key claimed');
    const key = newKey();
    const asked = send(frozen, request, key);
    await frozen.frozen();
    await endLeases(app.pool);
    const first = await send(app, request, key);
    assert.ok(first.status < 300, first.text);
    const charges = app.bank.charges().length;
    await frozen.thaw();
    assert.deepEqual(same(await asked), same(first), 'both have one answer');
    assert.equal(await effects(), 1);
    assert.equal(app.bank.charges().length, charges);
    assert.deepEqual(
      same(await send(frozen, request, key)),
      same(first),
      'the first answer, from either process',
    );
  });
}

test('a key under which a charge was declined charges no other time, though its first request wakes up', async (t) => {
  const as = await app.customer();
  const request = { as, path: TOP_UP, body: { ...DECLINED, amount: 5 } };
  const frozen = await startFreezing(t, app, 'key claimed');
  const key = newKey();
  const asked = send(frozen, request, key);
  await frozen.frozen();
  await endLeases(app.pool);
  const first = await send(app, request, key);
  assert.equal(first.code, 'PAYMENT_FAILED');
  await frozen.thaw();
  assert.deepEqual(same(await asked), same(first));
  assert.equal(await app.count('payment_transaction', `customer_username = '${as.username}'`), 1);
  assert.deepEqual(same(await send(app, request, key)), same(first));
});

test('a request that lost its key to a request still under way is told to wait for it', async (t) => {
  const as = await app.customer();
  const request = { as, path: TOP_UP, body: { ...CARD, card_number: '4000000000003220', amount: 5 } };
  const frozen = await startFreezing(t, app, 'key claimed');
  const key = newKey();
  const asked = send(frozen, request, key);
  await frozen.frozen();
  await endLeases(app.pool);
  const second = send(app, request, key);
  const isBegun = count('payment_transaction', `customer_username = '${as.username}'`);
  await eventually('the second is under way', async () => (await isBegun()) === 1);
  await frozen.thaw();
  const late = await asked;
  assert.deepEqual([late.status, late.code], [409, 'REQUEST_IN_PROGRESS']);
  assert.match(late.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal((await second).status, 200);
  assert.equal(await chargesOf(as), 1);
});

const marks = { fingerprint: Buffer.from('f'), bodyMark: Buffer.from('m') };
const terms = { ...marks, leaseSeconds: 30, isSecretGone: false };
const claimed = (username: string, claim: string) => ({
  username,
  route: 'wallet/add-funds',
  key: newKey(),
  claim,
  ...terms,
});
const expire = (key: string) =>
  app.script(`update idempotency_key set lease_until = clock_timestamp() where key = '${key}'`);

test('whatever a request does with a key that it has lost changes nothing, and it is told so', async () => {
  const { username } = await app.customer();
  const first = claimed(username, newKey());
  const second = { ...first, claim: newKey() };
  assert.equal(await claimKey(app.pool, first), true);
  assert.equal(await claimKey(app.pool, second), false);
  await expire(first.key);
  assert.equal(await claimKey(app.pool, second), true);

  const lock = (mine: typeof first) => app.pool.transaction((tx) => lockKey(tx, mine));
  const attach = (mine: typeof first, attemptId: string) =>
    app.pool.transaction((tx) => attachAttempt(tx, mine, attemptId));
  const [attempt] = await app.rows<{ id: string }>(`
    insert into payment_transaction (customer_username, purpose, payment_method, amount, status)
    values ('${username}', 'top-up', 'Card', 5, 'Failed') returning attempt_id as id`);
  assert.ok(attempt);
  assert.equal(await lock(first), false);
  await attach(first, attempt.id);
  assert.equal(await keepAnswer(app.pool, first, 400, '{}'), false);
  await releaseKey(app.pool, first);
  const kept = await findKey(app.pool, first);
  assert.deepEqual([kept?.status, kept?.attemptStatus], [null, null]);

  assert.equal(await lock(second), true);
  await attach(second, newKey());
  const tied = `key = '${second.key}' and attempt_id is not null`;
  assert.equal(await app.count('idempotency_key', tied), 0, 'to an attempt that was not written');
  await attach(second, attempt.id);
  assert.equal((await findKey(app.pool, second))?.attemptStatus, 'Failed');
  assert.equal(await keepAnswer(app.pool, second, 200, '{}', sql`false`), false);
  assert.equal(await keepAnswer(app.pool, second, 200, '{}'), true);
  assert.equal((await findKey(app.pool, first))?.status, 200);
  assert.equal(await lock(second), false, 'what is answered begins nothing');
});

test('a key whose attempt is being begun in the same moment is not taken over: it has an attempt that nobody can see yet', async () => {
  const { username } = await app.customer();
  const first = claimed(username, newKey());
  await claimKey(app.pool, first);
  await expire(first.key);
  for (const age of ['0 hours', '25 hours']) {
    await app.script(`update idempotency_key set created_at = clock_timestamp() - interval '${age}'
      where key = '${first.key}'`);
    const isTaken = await byHand(app, async (hand) => {
      await hand.run(`
        with begun as (
          insert into payment_transaction (customer_username, purpose, payment_method, amount, status, lease_until)
          values ('${username}', 'top-up', 'Card', 5, 'Processing', clock_timestamp() + interval '1 minute')
          returning attempt_id
        )
        update idempotency_key set attempt_id = begun.attempt_id from begun where key = '${first.key}'`);
      const taking = claimKey(app.pool, { ...first, claim: newKey() });
      await hand.isWaitedFor();
      await hand.letGo();
      return taking;
    });
    assert.equal(isTaken, false);
    const attempt = `from payment_transaction where customer_username = '${username}'`;
    await app.script(
      `update idempotency_key set attempt_id = null where key = '${first.key}'; delete ${attempt}`,
    );
  }
});

test('a key that an operator gave free is taken along by the charge that comes back late, and charges no second time', async (t) => {
  const as = await app.customer();
  const request = { as, path: TOP_UP, body: { ...CARD, amount: 5 } };
  const frozen = await startFreezing(t, app, 'charge checked', { PAYMENT_TIMEOUT_SECONDS: '3' });
  const key = newKey();
  const asked = send(frozen, request, key);
  await frozen.frozen();
  await endLeases(app.pool);
  const unknown = () =>
    app.rows<{ id: number }>(
      `select id from payment_transaction where customer_username = '${as.username}' and status = 'Unknown'`,
    );
  await eventually('it is given up', async () => (await unknown()).length === 1);
  const id = (await unknown())[0]?.id ?? 0;
  await resolveAttempt(app.pool, { id, resolution: 'failed', by: 'test' });
  await frozen.thaw();
  assert.equal((await asked).code, 'PAYMENT_UNRESOLVED');
  assert.equal((await send(app, request, key)).code, 'PAYMENT_UNRESOLVED');
  assert.equal(await chargesOf(as), 1);
  await resolveAttempt(app.pool, { id, resolution: 'credited', by: 'test' });
  assert.equal((await send(app, request, key)).data['balance'], 5);
});

test('a request with a key whose user was deleted after the check of the token is refused', async () => {
  const as = await app.customer();
  assert.equal((await app.get('/customer/wallet', { as })).status, 200);
  await app.script(`delete from usertable where username = '${as.username}'`);
  const answer = await send(app, { as, path: TOP_UP, body: { ...CARD, amount: 5 } }, newKey());
  assert.deepEqual([answer.status, answer.code], [401, 'INVALID_TOKEN']);
});

test('at the end every charge is accounted for', async () => {
  assert.deepEqual((await audit(app.pool, app.bank.charges())).attempts, []);
});
