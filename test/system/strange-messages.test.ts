import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { familyOf } from '../support/memory.ts';
import { startProcess } from '../support/process.ts';
import { STRANGE_MESSAGES } from '../support/strange-messages.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

test('strange messages between the processes of a machine, both ways, are counted and end none of them', async (t) => {
  const app = await startApp(t);
  await app.needs.monitor.stop();
  const both = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    env: { WEB_CONCURRENCY: '2' },
    imports: [fileOf('strange-messages.ts')],
  });
  const pid = both.pid ?? 0;
  await eventually('both serve', () => familyOf(pid).length === 3);
  const before = familyOf(pid).toSorted((a, b) => a - b);
  const counted = async () => {
    const { text } = await both.get('/metrics');
    return Number(/^skyfox_event_faults_total\{source="message"\} (\d+)/m.exec(text)?.[1]);
  };
  assert.equal(await counted(), 0, 'counted from the start');
  process.kill(pid, 'SIGUSR2');

  // Each of the two hears all of them, and the primary hears them from each of the two.
  await eventually('all are counted', async () => (await counted()) >= 4 * STRANGE_MESSAGES.length);
  assert.deepEqual(
    familyOf(pid).toSorted((a, b) => a - b),
    before,
    both.output(),
  );
  const asha = await app.customer();
  assert.equal((await both.hold(asha, await app.show(), ['A1'])).status, 201);
  assert.equal(await both.kill('SIGTERM'), 0, both.output());
});

test('a machine that cannot start a process now is asked again', async (t) => {
  const app = await startApp(t);
  const both = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    env: { WEB_CONCURRENCY: '2' },
    imports: [fileOf('no-process.ts')],
  });
  const pid = both.pid ?? 0;
  await eventually('both serve', () => familyOf(pid).length === 3);
  const victim = familyOf(pid).find((member) => member !== pid) ?? 0;
  process.kill(victim, 'SIGKILL');
  await eventually(
    'one takes its place after all',
    () => /could not be started/.test(both.output()) && familyOf(pid).length === 3,
    20_000,
  );
  assert.equal((await both.get('/ready')).status, 200);
  assert.equal(await both.kill('SIGTERM'), 0, both.output());
});
