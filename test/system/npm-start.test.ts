import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { borrowEmbeddedDatabase } from '../../src/platform/embedded/embedded-database.ts';
import { freePort } from '../../src/platform/process/free-port.ts';
import { eventually, isOpen } from '../support/eventually.ts';

test('`npm start` reaches its database by a socket, and SIGTERM to it ends the program, as SIGTERM to the program does', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-npm-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const npm = spawn('npm', ['start'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(port), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text) => void (output += text));
  const exited = once(npm, 'close');
  await eventually('it is open', () => isOpen(port), 120_000);

  assert.deepEqual(await waysToDatabase(dataDir), ['by a socket']);
  npm.kill('SIGTERM');
  await exited;
  assert.match(output, /finishing the requests under way/);
  assert.equal(await isOpen(port), false);
});

/** How the running program is connected to its embedded database. */
async function waysToDatabase(dataDir: string): Promise<string[]> {
  const { url } = await borrowEmbeddedDatabase({ dataDir, log: { info() {}, warn() {} } });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ way: string }>(`
      select distinct coalesce(host(client_addr), 'by a socket') as way
      from pg_stat_activity
      where application_name like 'skyfox%'`);
    return rows.map(({ way }) => way);
  } finally {
    await client.end();
  }
}
