import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepKeys } from '../../src/idempotency/idempotency.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { freezeClock } from '../support/frozen-clock.ts';
import { newKey, send, TOP_UP } from './asking.ts';

const NOON = '2031-05-05T12:00:00.000Z';
const at = (seconds: number) => new Date(Date.parse(NOON) + seconds * 1_000).toISOString();
const clock = await freezeClock(wholeFile, NOON);
const app = await startApp(wholeFile, { databaseUrl: clock.databaseUrl });
// A default goes by the server's own clock, so that the housekeeping would take a key that was just made for one of years ago.
await app.script(`alter table idempotency_key alter created_at set default '${NOON}'`);
const DAY = 24 * 3_600;
const topUp = (as: Person, amount = 5) => ({ as, path: TOP_UP, body: { ...CARD, amount } });
const read = async (key: string) => {
  const [row] = await app.rows<{ made: Date; lease: Date }>(
    `select created_at as made, lease_until as lease from idempotency_key where key = '${key}'`,
  );
  assert.ok(row);
  return row;
};

test('a key stands for its request until a day has passed, to the moment', async () => {
  const person = await app.customer();
  const key = newKey();
  await send(app, topUp(person), key);
  await clock.set(at(DAY - 0.001));
  assert.equal(await sweepKeys(app.pool), 0);
  assert.equal((await send(app, topUp(person), key)).data['balance'], 5);
  await clock.set(at(DAY));
  assert.equal((await send(app, topUp(person), key)).data['balance'], 10);
  const { made, lease } = await read(key);
  assert.equal(made.toISOString(), at(DAY), 'it counts anew');
  const leaseMs = lease.getTime() - made.getTime();
  assert.ok(
    leaseMs >= 2_000 && leaseMs <= 6_000,
    'after a fail-over repetitions are kept out for seconds alone',
  );
  await clock.set(at(2 * DAY - 0.001));
  assert.equal(await sweepKeys(app.pool), 0);
  await clock.set(at(2 * DAY));
  assert.equal(await sweepKeys(app.pool), 1);
});

test('a request without an answer is taken for dead at the moment of its lease’s end', async () => {
  await clock.set(NOON);
  const person = await app.customer();
  const key = newKey();
  const [first, other] = [await send(app, topUp(person), key), await send(app, topUp(person), newKey())];
  assert.deepEqual([first.data['balance'], other.data['balance']], [5, 10]);
  const { lease } = await read(key);
  assert.ok(lease.getTime() > Date.parse(NOON) && lease.getTime() < Date.parse(NOON) + 60_000);
  await app.script(`update idempotency_key set status = null, answer = null, attempt_id = null, lease_until = '${at(60)}', created_at = '${NOON}'
    where key = '${key}'`);
  await clock.set(at(59.999));
  assert.equal((await send(app, topUp(person), key)).code, 'REQUEST_IN_PROGRESS');
  await clock.set(at(60));
  assert.equal((await send(app, topUp(person), key)).data['balance'], 15);
});
