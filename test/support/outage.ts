import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person } from './app.ts';
import type { Answer } from './call.ts';
import { createDatabase, type Owner } from './database.ts';
import { eventually } from './eventually.ts';
import { endLeases, recover, settleFindings } from './recovery.ts';
import { startProxy } from './tcp-proxy.ts';

// The contract's five seconds, and a moment for a machine that has others to serve.
const MOST_MS = 5_500;

/**
 * The database goes away under payments in flight, and comes back: a request meanwhile gets 503 with Retry-After
 * within five seconds, and afterwards everything goes on, with every charge accounted for.
 */
export async function endure(t: Owner, how: 'refuse' | 'hang', seconds: number): Promise<void> {
  const { url } = await createDatabase(t);
  const proxy = await startProxy(t, url);
  const bank = await startSimulator({ apiKey: 'simulator', delayMs: 300 });
  t.after(() => bank.close());
  const env = { DATABASE_URL: proxy.url, PAYMENT_GATEWAY_URL: bank.url, DATABASE_POOL_MAX: '10' };
  const app = await startApp(t, { databaseUrl: url, env });
  const people = await app.customers(16, { balance: '150.00' });
  const show = await app.show();
  const bookings: number[] = [];
  for (const [i, person] of people.entries())
    bookings.push(
      Number((await app.hold(person, show, [`${'AB'[i % 2]}${1 + (i >> 1)}`])).data['booking_id']),
    );

  let goneAt = Infinity;
  const refused: { answer: Answer; tookMs: number }[] = [];
  const insist = async (as: Person, path: string, body: object): Promise<Answer> => {
    const headers = { 'idempotency-key': randomUUID() };
    for (;;) {
      const startedAt = performance.now();
      const answer = await app.post(path, { as, body, headers });
      const isRetryable = answer.status === 503 || answer.code === 'REQUEST_IN_PROGRESS';
      if (!isRetryable) return answer;
      const tookMs = performance.now() - Math.max(startedAt, goneAt);
      if (answer.status === 503) refused.push({ answer, tookMs });
      await sleep(200);
    }
  };
  const all = Promise.all(
    people.flatMap((person, i) => {
      const payment = { booking_id: bookings[i], payment_method: i % 3 === 0 ? 'Wallet' : 'Card', ...CARD };
      const amount = { ...CARD, amount: 20.02 };
      return [
        insist(person, '/customer/booking/payment', payment),
        sleep(i * 60 * seconds).then(() => insist(person, '/customer/wallet/add-funds', amount)),
      ];
    }),
  );
  await eventually('charges are under way', async () => (await app.count('payment_transaction')) > 4);

  goneAt = performance.now();
  await (how === 'refuse' ? proxy.refuse() : proxy.hang());
  const away = sleep(seconds * 1_000);
  assert.equal((await app.get('/health')).status, 200, 'the process is alive');
  assert.equal((await app.get('/ready')).status, 503);
  const startedAt = performance.now();
  const wallet = await app.get('/customer/wallet', people[0] && { as: people[0] });
  assert.deepEqual([wallet.status, wallet.code], [503, 'SERVICE_UNAVAILABLE']);
  assert.ok(performance.now() - startedAt < MOST_MS);
  await away;
  await proxy.restore();

  // Where a key's request was cut off, its lease must be over before it may be sent again.
  const isOver = all.then(() => true);
  while (!(await Promise.race([isOver, sleep(1_000)]))) await endLeases(app.pool);
  await recover(app.pool, bank.charges());
  for (const { answer, tookMs } of refused) {
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.ok(tookMs < MOST_MS, `a 503 took ${Math.round(tookMs)} ms`);
  }
  assert.ok(refused.length > 0);
  for (const { code } of await all) assert.match(code, /^(200|PAYMENT_UNRESOLVED)$/);
  assert.equal((await app.get('/ready')).status, 200, 'it recovers without a restart');
  assert.equal((await app.hold(await app.customer(), show, ['J1'])).status, 201);
  await settleFindings(app.pool, bank.charges());
}
