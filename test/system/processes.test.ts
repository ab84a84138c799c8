import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess, type Child } from '../support/process.ts';
import { reachWorkers } from '../support/workers.ts';

const workersOf = (pid = 0) =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter((worker) => worker > 0);

// When the only listening process has died, the port is closed until the next one listens.
const isReady = (program: Child) =>
  eventually(
    'it answers',
    async () => (await program.get('/ready').catch(() => undefined))?.status === 200,
    20_000,
  );

test('two processes share a port, sell each seat once, and each sees what the other wrote', async (t) => {
  const app = await startApp(t);
  const both = await startProcess(t, { databaseUrl: app.databaseUrl, env: { WEB_CONCURRENCY: '2' } });
  assert.equal(workersOf(both.pid).length, 2);
  const people = await app.customers(32);
  const show = await app.show();
  const fresh = { headers: { connection: 'close' } };
  for (const row of 'ABCDEFGH') {
    const answers = await Promise.all(
      people.map((as) =>
        both.post('/customer/booking/initialize', {
          as,
          body: { show_id: show, seat_numbers: [`${row}1`, `${row}2`] },
          ...fresh,
        }),
      ),
    );
    assert.deepEqual(tally(answers.map(({ code }) => code)), { 201: 1, SEATS_UNAVAILABLE: 31 });
    const [as] = people;
    const maps = await Promise.all(
      Array.from({ length: 8 }, () => both.get(`/shows/${show}/seat-map`, { as: as ?? app.admin, ...fresh })),
    );
    for (const { text } of maps) {
      const seat = new RegExp(`"occupied":true,"price":"[0-9.]+","seat_number":"${row}1"`);
      assert.match(text, seat, 'whichever process is reached');
    }
  }
});

test('a process that dies is replaced, the figures of all are summed, and a signal stops all', async (t) => {
  const app = await startApp(t);
  const both = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    env: { WEB_CONCURRENCY: '2', API_GATEWAY_KEY: '' },
  });
  await reachWorkers(t, both, app.admin);
  const asked = 20;
  for (let i = 0; i < asked; i++)
    await both.get('/slot-all', { as: app.admin, headers: { connection: 'close' } });
  const counted = async () => {
    const { text } = await both.get('/metrics');
    const [, count] =
      /requests_total\{method="GET",endpoint_group="shows",status_code="200"\} (\d+)/.exec(text) ?? [];
    return Number(count);
  };
  await eventually('all are counted', async () => (await counted()) === asked);

  const [victim = 0, other] = workersOf(both.pid);
  process.kill(victim, 'SIGKILL');
  await eventually(
    'it is replaced',
    () => {
      const now = workersOf(both.pid);
      return now.length === 2 && !now.includes(victim) && now.includes(other ?? 0);
    },
    20_000,
  );
  await isReady(both);
  assert.equal(await both.kill('SIGTERM'), 0);
});

test('a process that dies while others are still starting is replaced, and does not end them', async (t) => {
  const app = await startApp(t);
  const both = await startProcess(t, { databaseUrl: app.databaseUrl, env: { WEB_CONCURRENCY: '3' } });
  // One answers already; of those that may still be starting, the last.
  const victim = workersOf(both.pid).at(-1) ?? 0;
  process.kill(victim, 'SIGKILL');
  await eventually(
    'it is replaced',
    () => {
      const now = workersOf(both.pid);
      return now.length === 3 && !now.includes(victim);
    },
    20_000,
  );
  await isReady(both);
});

test('a password that was changed ends sessions on both processes before the answer goes out, and limits are shared', async (t) => {
  const app = await startApp(t);
  const env = { WEB_CONCURRENCY: '2', RATE_LIMIT_PER_ACCOUNT: '6', RATE_LIMIT_PER_ADDRESS: '300' };
  const both = await startProcess(t, { databaseUrl: app.databaseUrl, env });
  const fresh = { headers: { connection: 'close' } };
  const wrong = { username: 'seed-user-2', password: 'wrong' };
  const guesses = [];
  for (let i = 0; i < 12; i++) guesses.push((await both.post('/login', { body: wrong, ...fresh })).code);
  assert.deepEqual(tally(guesses), { INVALID_CREDENTIALS: 6, RATE_LIMITED: 6 });

  const logIn = async (password: string) =>
    (await both.post('/login', { body: { username: 'staff-1', password }, ...fresh })).data['token'];
  const [first, second] = [await logIn('foobar'), await logIn('foobar')].map(String);
  assert.ok(first && second);
  const seen = async (token: string) =>
    tally(
      await Promise.all(
        Array.from(
          { length: 6 },
          async () => (await both.get('/staff/profile', { as: { token }, ...fresh })).code,
        ),
      ),
    );
  assert.deepEqual(await seen(second), { 200: 6 });
  const change = { current_password: 'foobar', new_password: 'Harbour@2026' };
  assert.equal(
    (await both.post('/change-password', { as: { token: first }, body: change, ...fresh })).status,
    200,
  );
  assert.deepEqual(await seen(second), { INVALID_TOKEN: 6 });
  assert.deepEqual(await seen(first), { 200: 6 });
});
