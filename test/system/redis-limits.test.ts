import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess, type Child } from '../support/process.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const REDIS_IS_DOWN = /Redis is down/g;

test('two machines share one limit through Redis, and each goes on alone when it dies', async (t) => {
  const redis = await startRedis(t);
  const env = { REDIS_URL: redis.url, RATE_LIMIT_PER_ACCOUNT: '10', RATE_LIMIT_PER_ADDRESS: '300' };
  const seeded = await startApp(t);
  const processes = { databaseUrl: seeded.databaseUrl, env };
  const [first, second] = await Promise.all([startProcess(t, processes), startProcess(t, processes)]);
  const login = (child: Child, password: string) =>
    child.post('/login', { body: { username: 'staff-1', password } });

  const right = await Promise.all(
    Array.from({ length: 30 }, (_, i) => login(i % 2 ? first : second, 'foobar')),
  );
  assert.deepEqual(tally(right.map(({ code }) => code)), { 200: 30 }, 'nobody who is right is refused');
  const wrong = await Promise.all(
    Array.from({ length: 30 }, (_, i) => login(i % 2 ? first : second, 'Wrong@2026')),
  );
  assert.deepEqual(tally(wrong.map(({ code }) => code)), { INVALID_CREDENTIALS: 10, RATE_LIMITED: 20 });
  const refused = await login(second, 'foobar');
  assert.equal(refused.code, 'RATE_LIMITED');
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds > 50 && seconds <= 60, `${seconds} seconds`);

  await redis.stop();
  for (const child of [first, second]) {
    const codes = [];
    for (let i = 0; i < 12; i += 1) codes.push((await login(child, 'Wrong@2026')).code);
    assert.deepEqual(tally(codes), { INVALID_CREDENTIALS: 10, RATE_LIMITED: 2 });
    await eventually('it is said', () => child.output().includes('Redis is down'));
    assert.equal(child.output().match(REDIS_IS_DOWN)?.length, 1, 'said once');
  }
});

async function startRedis(t: TestContext) {
  const port = await freePort();
  const server = spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  t.after(stop);
  for await (const line of createInterface(server.stdout))
    if (line.includes('Ready to accept connections')) break;
  server.stdout.resume();
  return { url: `redis://127.0.0.1:${port}`, stop };
}
