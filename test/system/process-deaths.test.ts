import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tally } from '../support/call.ts';
import { assertMoneyInOrder } from '../support/books.ts';
import { openConnection } from '../support/connection.ts';
import { eventually } from '../support/eventually.ts';
import { familyOf } from '../support/memory.ts';
import { dataOf, holdAt, payAt, startBoth, takenAt } from '../support/pair.ts';
import { startProcess } from '../support/process.ts';
import { reachWorkers, type Worker } from '../support/workers.ts';
import { sql } from '../../src/platform/database/db.ts';

test('each process ends holds, each once, and the process that stays ends those of a dead one', async (t) => {
  const { app, both, first, second } = await startBoth(t, { HOLD_SECONDS: '2' });
  const asha = await app.customer();
  const expired = async () => {
    const { text } = await both.get('/metrics');
    return Number(/^skyfox_holds_expired_total (\d+)/m.exec(text)?.[1]);
  };
  const show = await app.show();
  for (const seat of [1, 2, 3, 4, 5]) {
    await Promise.all([holdAt(first, asha, show, [`A${seat}`]), holdAt(second, asha, show, [`B${seat}`])]);
  }
  await eventually('all are over', async () => (await app.count('booking')) === 0, 5_000);
  await eventually('all are counted', async () => (await expired()) >= 10);
  assert.equal(await expired(), 10, 'counted once in all');

  assert.equal((await holdAt(first, asha, show, ['C1'])).status, 201);
  process.kill(first.pid, 'SIGKILL');
  await eventually('the other ends it', async () => (await app.count('booking')) === 0, 5_000);
  assert.deepEqual(await takenAt(second, asha, show), []);
});

for (const place of ['first', 'second'] as const) {
  test(`what is news for a process that has just died does not end the others, when it is the ${place}`, async (t) => {
    const pair = await startBoth(t);
    const asha = await pair.app.customer();
    const show = await pair.app.show();
    const [victim, other] = place === 'first' ? [pair.first, pair.second] : [pair.second, pair.first];
    const { pid: primary = 0 } = pair.both;
    // The primary wakes to the news before it hears of the death, as it may under load.
    process.kill(primary, 'SIGSTOP');
    const held = holdAt(other, asha, show, ['A1']);
    await sleep(200);
    process.kill(victim.pid, 'SIGKILL');
    await sleep(100);
    process.kill(primary, 'SIGCONT');
    assert.equal((await held).status, 201, pair.both.output());
    assert.equal((await holdAt(other, asha, show, ['D1'])).status, 201, pair.both.output());
  });
}

test('a process that stands still, or then dies, keeps no new connection waiting', async (t) => {
  const { app, both, first } = await startBoth(t);
  const askAnew = async () => {
    const line = openConnection(both.base);
    t.after(() => line.close());
    return (await line.ask('GET', '/ready', { as: app.admin })).code;
  };
  process.kill(first.pid, 'SIGSTOP');
  await sleep(200);
  const meanwhile = Array.from({ length: 8 }, askAnew);
  await sleep(500);
  process.kill(first.pid, 'SIGKILL');
  assert.deepEqual(tally(await Promise.all(meanwhile)), { 200: 8 });
});

test('while the primary stands still, seats are held and paid; what needs it is 503, and nothing of that is counted', async (t) => {
  const { app, both, first, second } = await startBoth(t);
  const asha = await app.customer();
  const show = await app.show();
  const events = `/shows/${show}/seat-map/events`;
  process.kill(both.pid ?? 0, 'SIGSTOP');
  const held = await holdAt(first, asha, show, ['A1']);
  assert.equal(held.code, '201');
  assert.equal((await holdAt(second, asha, show, ['A1'])).code, 'SEATS_UNAVAILABLE');
  assert.equal((await payAt(second, asha, dataOf(held).booking_id)).code, '200');
  const streams = Array.from({ length: 6 }, () => openConnection(both.base));
  t.after(() => streams.forEach((line) => line.close()));
  const refused = await Promise.all(streams.map((line) => line.ask('GET', events, { as: asha })));
  assert.deepEqual(tally(refused.map(({ code }) => code)), { SERVICE_UNAVAILABLE: 6 });

  process.kill(both.pid ?? 0, 'SIGCONT');
  assert.deepEqual(await takenAt(first, asha, show), ['A1']);
  await eventually('none of them counts', async () => {
    const leave = new AbortController();
    const headers = { authorization: `Bearer ${asha.token}` };
    const { status } = await fetch(both.base + events, { headers, signal: leave.signal });
    leave.abort();
    return status === 200;
  });
});

test('a user has five streams on all processes together; those of a process that dies are given back', async (t) => {
  const { app, both, first } = await startBoth(t);
  const asha = await app.customer();
  const path = `${both.base}/shows/${await app.show()}/seat-map/events`;
  const open = async () => {
    const leave = new AbortController();
    const { status, body } = await fetch(path, {
      headers: { authorization: `Bearer ${asha.token}` },
      signal: leave.signal,
    });
    t.after(() => leave.abort());
    const ended = { is: false };
    const reader = body?.getReader();
    void (async () => {
      while (!(await reader?.read())?.done);
    })()
      .catch(() => undefined)
      .finally(() => (ended.is = true));
    return { status, ended };
  };
  const streams: Awaited<ReturnType<typeof open>>[] = [];
  for (let i = 0; i < 8; i++) streams.push(await open());
  assert.deepEqual(tally(streams.map(({ status }) => status)), { 200: 5, 429: 3 });

  process.kill(first.pid, 'SIGKILL');
  const alive = () => streams.filter(({ status, ended }) => status === 200 && !ended.is).length;
  await eventually('its streams end', () => alive() < 5);
  await eventually('another process takes its place', () => familyOf(both.pid ?? 0).length === 3, 20_000);
  const left = alive();
  assert.ok(left > 0, 'those of the other go on');
  const again = [];
  for (let i = 0; i < 8; i++) again.push(await open());
  assert.equal(again.filter(({ status }) => status === 200).length, 5 - left);
});

test('a signal lets a charge of any process end; processes whose primary is killed end it too', async (t) => {
  const { app, bank, both, first, second } = await startBoth(t, {}, 1_000);
  const people = await app.customers(4);
  const show = await app.show();
  const begin = async (worker: Worker, place: number) => {
    const person = people[place];
    assert.ok(person);
    const held = dataOf(await holdAt(worker, person, show, [`A${place + 1}`])).booking_id;
    return payAt(worker, person, held).catch(() => undefined);
  };
  const underWay = () => app.count('payment_transaction', `status = 'Processing'`);

  const paying = [begin(first, 0), begin(second, 1)];
  await eventually('both charge', async () => (await underWay()) === 2);
  assert.equal(await both.kill('SIGTERM'), 0);
  for (const answer of await Promise.all(paying)) assert.equal(answer?.status, 200);

  const settings = { WEB_CONCURRENCY: '2', PAYMENT_GATEWAY_URL: bank.url };
  const next = await startProcess(t, { databaseUrl: app.databaseUrl, env: settings });
  const workers = await reachWorkers(t, next, app.admin);
  const others = await reachWorkers(t, next, app.admin);
  const last = workers.map((worker, i) => begin(worker, 2 + i));
  await eventually('both charge', async () => (await underWay()) === 2);
  const [late] = await app.customers(1);
  assert.ok(late);
  // Holds that have arrived and wait for a lock while the primary dies: the change that they tell of has nobody to hear.
  const holding = await app.pool.transaction(async (tx) => {
    await tx.run(sql`lock table booking in share row exclusive mode`);
    const asked = others.map((worker, i) => holdAt(worker, late, show, [`B${i + 1}`]));
    await eventually('both wait', async () => (await app.count('pg_locks', 'not granted')) === 2);
    await next.kill('SIGKILL');
    return asked;
  });
  const held = await Promise.all(holding);
  assert.deepEqual(tally(held.map(({ code }) => code)), { 201: 2 });
  const isGone = ({ pid }: Worker) => familyOf(pid).length === 1 && !isAlive(pid);
  await eventually('no process is left behind', () => workers.every(isGone), 15_000);
  for (const answer of await Promise.all(last)) assert.equal(answer?.status, 200);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), 4);
  await assertMoneyInOrder(app, bank.charges());
});

test('a process that is only starting when its primary is killed is not left behind', async (t) => {
  const { app, both, first } = await startBoth(t);
  const before = familyOf(both.pid ?? 0);
  process.kill(first.pid, 'SIGKILL');
  const starting = () => familyOf(both.pid ?? 0).find((pid) => !before.includes(pid));
  await eventually('another is begun', () => starting() !== undefined);
  const pid = starting() ?? 0;
  const itsSessions = `application_name = 'skyfox' and backend_start > now() - interval '1 s'`;
  await eventually(
    'it opens what it needs',
    async () => (await app.count('pg_stat_activity', itsSessions)) > 0,
  );
  await both.kill('SIGKILL');
  await eventually('it ends', () => !isAlive(pid), 15_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
