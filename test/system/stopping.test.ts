import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import pg from 'pg';
import { TURN_LOCK } from '../../src/platform/migrations/migration-session.ts';
import { startApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { familyOf } from '../support/memory.ts';
import { startBoth } from '../support/pair.ts';
import { startProcess, type Child } from '../support/process.ts';
import { startProxy } from '../support/tcp-proxy.ts';

// A stop then takes 17 s at the most, or 27 s with several processes (stopping.ts).
const QUICK = { PAYMENT_TIMEOUT_SECONDS: '1' };

async function assertStops(program: Child, withinMs: number): Promise<void> {
  let code: number | null | undefined;
  void program.kill('SIGTERM').then((status) => (code = status));
  await eventually('it has stopped', () => code !== undefined, withinMs);
  assert.equal(code, 0, program.output());
}

// Each is a wait.
describe('a signal', { concurrency: true }, () => {
  test('ends a program whose database stands still', async (t) => {
    const app = await startApp(t);
    const proxy = await startProxy(t, app.databaseUrl);
    const program = await startProcess(t, {
      databaseUrl: app.databaseUrl,
      env: { ...QUICK, DATABASE_URL: proxy.url },
    });
    proxy.standStill();
    await assertStops(program, 30_000);
  });

  test('ends a start that waits for migrations of another process', async (t) => {
    const { url } = await createDatabase(t);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    t.after(() => other.end());
    await other.query(`begin; select pg_advisory_xact_lock(${TURN_LOCK})`);
    const until = /waiting for another process to finish its migrations/;
    const program = await startProcess(t, { databaseUrl: url, env: QUICK, until });
    await assertStops(program, 30_000);
  });

  test('ends all processes although one of them stands still', async (t) => {
    const { both, first } = await startBoth(t, QUICK);
    const family = familyOf(both.pid ?? 0);
    process.kill(first.pid, 'SIGSTOP');
    t.after(() => isAlive(first.pid) && process.kill(first.pid, 'SIGKILL'));
    await assertStops(both, 40_000);
    assert.deepEqual(family.filter(isAlive), []);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
