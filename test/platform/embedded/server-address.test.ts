import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startEmbeddedDatabase } from '../../../src/platform/embedded/embedded-database.ts';
import { isRunning } from '../../../src/platform/embedded/process-table.ts';
import { socketSetting } from '../../../src/platform/embedded/server-address.ts';
import { ask, folder, startChild } from '../../support/embedded.ts';

const quiet = { info: () => {}, warn: () => {} };
/** A path of so many bytes to the folder that will have the socket. */
const longFolder = async (t: TestContext, bytes: number) => {
  const parent = await folder(t);
  return join(parent, 'é'.repeat(10), 'x'.repeat(bytes - parent.length - '/postgres'.length - 22));
};
const HOW = `select inet_server_addr()::text as address, current_user::text as name`;

test('it is reached by its socket as long as a path to one can be, else by TCP, and by TCP from other tools', async (t) => {
  const most = 107 - '/.s.PGSQL.65535'.length;
  for (const [bytes, address] of [
    [most, null],
    [most + 1, '127.0.0.1/32'],
  ] as const) {
    const dataDir = await longFolder(t, bytes);
    assert.equal(Buffer.byteLength(join(dataDir, 'postgres')), bytes);
    const { url, stop } = await startEmbeddedDatabase({ dataDir, log: quiet });
    assert.deepEqual(await ask(url, HOW), [{ address, name: 'skyfox' }]);
    const [byTcp = ''] = url.split('?');
    assert.deepEqual(await ask(byTcp, HOW), [{ address: '127.0.0.1/32', name: 'skyfox' }]);
    await stop();
  }
  assert.equal(socketSetting('C:\\data\\postgres', 'win32'), '');
});

test('where no socket can be made it is reached by TCP', async (t) => {
  const dataDir = await folder(t);
  const impossible = join(dataDir, 'x'.repeat(120));
  await mkdir(impossible);
  const settings = { unix_socket_directories: impossible };
  const { url, stop } = await startEmbeddedDatabase({ dataDir, log: quiet, settings });
  assert.deepEqual(await ask(url, HOW), [{ address: '127.0.0.1/32', name: 'skyfox' }]);
  await stop();
  assert.match(
    await readFile(join(dataDir, 'postgres.log'), 'utf8'),
    /could not create any Unix-domain sockets/,
  );
});

test('a start removes the sockets of servers that were killed, and no other start does', async (t) => {
  const dataDir = await folder(t);
  const cluster = join(dataDir, 'postgres');
  const sockets = async () => (await readdir(cluster)).filter((name) => name.startsWith('.s.')).toSorted();
  const killed = await startChild(t, dataDir);
  const left = await sockets();
  assert.equal(left.length, 2);
  const pid = Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10);
  killed.kill('SIGKILL');
  await killed.exit;

  const reusing = await startChild(t, dataDir);
  assert.deepEqual(await sockets(), left);
  process.kill(pid, 'SIGKILL');
  while (await isRunning(pid)) await setTimeout(5);
  reusing.kill('SIGKILL');
  await reusing.exit;
  const next = await startEmbeddedDatabase({ dataDir, log: quiet });
  const now = await sockets();
  assert.deepEqual([now.length, now.some((name) => left.includes(name))], [2, false]);
  await next.stop();
});

test('a server that an older program started without a socket is used on by TCP', async (t) => {
  const dataDir = await folder(t);
  const old = await startChild(t, dataDir, {}, { unix_socket_directories: '' });
  assert.deepEqual(await ask(old.url, HOW), [{ address: '127.0.0.1/32', name: 'skyfox' }]);
  old.kill('SIGKILL');
  await old.exit;
  const next = await startEmbeddedDatabase({ dataDir, log: quiet });
  assert.equal(next.url, old.url);
  await next.stop();
});
