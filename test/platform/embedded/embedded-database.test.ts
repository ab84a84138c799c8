import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startEmbeddedDatabase } from '../../../src/platform/embedded/embedded-database.ts';
import { folderFault } from '../../../src/platform/embedded/folder-faults.ts';
import { lockFolder } from '../../../src/platform/embedded/folder-lock.ts';
import { isRunning } from '../../../src/platform/embedded/process-table.ts';
import { ask, folder, startChild } from '../../support/embedded.ts';

const quiet = { info: () => {}, warn: () => {} };
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

test('it starts in a path with spaces and signs, for this machine alone, and keeps what was written', async (t) => {
  const dataDir = join(await folder(t), 'a path', '50 % "so", they + say');
  const first = await startEmbeddedDatabase({ dataDir, log: quiet });
  assert.equal(first.isNew, true);
  const [settings] = await ask(
    first.url,
    `
    select
      current_setting('listen_addresses') as address,
      inet_server_addr() is null as "isBySocket",
      current_setting('synchronous_commit') as commit,
      current_setting('max_connections') as connections,
      current_setting('timezone') as zone,
      lower('É') as letter`,
  );
  assert.deepEqual(settings, {
    address: '127.0.0.1',
    isBySocket: true,
    commit: 'on',
    connections: '200',
    zone: 'UTC',
    letter: 'é',
  });
  await ask(first.url, 'create table kept as select 1 as answer');
  await assert.rejects(
    ask(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1'),
    /password authentication failed/,
  );
  assert.equal((await stat(join(dataDir, 'postgres.password'))).mode & 0o777, 0o600);
  assert.match(
    await readFile(join(dataDir, 'postgres.log'), 'utf8'),
    /FATAL: {2}password authentication failed/,
  );
  await first.stop();

  const second = await startEmbeddedDatabase({ dataDir, log: quiet });
  assert.equal(second.isNew, false);
  assert.deepEqual(await ask(second.url, 'select answer from kept'), [{ answer: 1 }]);
  await second.stop();
  assert.deepEqual((await readdir(dataDir)).toSorted(), [
    'postgres',
    'postgres.log',
    'postgres.password',
    'skyfox.lock',
  ]);
});

test('the server of a program that was killed is used on by the next', async (t) => {
  const dataDir = await folder(t);
  const killed = await startChild(t, dataDir);
  const started = await ask(killed.url, 'select pg_postmaster_start_time()::text as at');
  killed.kill('SIGKILL');
  await killed.exit;

  const next = await startEmbeddedDatabase({ dataDir, log: quiet });
  assert.deepEqual(await ask(next.url, 'select pg_postmaster_start_time()::text as at'), started);
  await next.stop();
  await assert.rejects(ask(next.url, 'select 1'), /ENOENT/);
});

test('what a crash of the machine left behind, with numbers that others have now, is no obstacle', async (t) => {
  const dataDir = await folder(t);
  const before = await startEmbeddedDatabase({ dataDir, log: quiet });
  const pidFile = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  await before.stop();
  await writeFile(join(dataDir, 'skyfox.pid'), `${process.ppid}\n`);
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));

  const after = await startEmbeddedDatabase({ dataDir, log: quiet });
  assert.deepEqual(await ask(after.url, 'select 1 as answer'), [{ answer: 1 }]);
  await after.stop();
});

test('a second start on the same folder is refused, and names the first', async (t) => {
  const dataDir = await folder(t);
  const first = await startChild(t, dataDir);
  await assert.rejects(
    startEmbeddedDatabase({ dataDir, log: quiet }),
    new RegExp(
      `^StartFault: another SkyFox \\(pid ${first.pid}\\) already runs on ${dataDir}; stop it or set DATA_DIR$`,
    ),
  );
  assert.deepEqual(await ask(first.url, 'select 1 as answer'), [{ answer: 1 }]);
});

test('of many that want a folder at once one gets it, round after round', async (t) => {
  const dataDir = await folder(t);
  for (let round = 0; round < 10; round++) {
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => setTimeout(Math.random() * 4).then(() => lockFolder(dataDir))),
    );
    const got = all.filter((outcome) => outcome.status === 'fulfilled');
    assert.equal(got.length, 1);
    await got[0]?.value.release();
    assert.deepEqual(await readdir(dataDir), ['skyfox.lock']);
  }
});

test('a database whose making was broken off is made anew, and nothing is deleted that is not ours', async (t) => {
  const dataDir = await folder(t);
  await mkdir(join(dataDir, 'postgres.new-killed', 'base'), { recursive: true });
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  const database = await startEmbeddedDatabase({ dataDir, log: quiet });
  assert.equal(database.isNew, true);
  await database.stop();
  const left = (await readdir(dataDir)).filter((name) => name.startsWith('postgres.'));
  assert.equal(left.length, 3, left.join());
  const aside = left.find((name) => name.startsWith('postgres.unusable-'));
  assert.deepEqual(await readdir(join(dataDir, aside ?? '')), ['PG_VERSION']);
});

test('Ctrl-C reaches the program alone, which asks a last question and chooses its own exit code', async (t) => {
  const child = await startChild(t, await folder(t));
  process.kill(-child.pid, 'SIGINT');
  assert.equal(await child.line(), 'last words');
  assert.deepEqual(await child.exit, [7, null]);
  await assert.rejects(ask(child.url, 'select 1'), /ENOENT/);
});

test('an error that nobody catches ends the program with its code, and the server with it', async (t) => {
  const dataDir = await folder(t);
  const child = await startChild(t, dataDir);
  const server = Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  child.throw();
  assert.deepEqual(await child.exit, [1, null]);
  while (await isRunning(server)) await setTimeout(5);
});

test('a folder that cannot be used stops the start with what to do', async (t) => {
  const dataDir = await folder(t);
  await writeFile(join(dataDir, 'file'), '');
  for (const path of ['file', 'file/below']) {
    await assert.rejects(
      startEmbeddedDatabase({ dataDir: join(dataDir, path), log: quiet }),
      /^StartFault: .* is not a folder; set DATA_DIR to one/,
    );
  }
  const full = Object.assign(new Error('Command failed: initdb'), {
    stderr: 'initdb: error: could not write file: No space left on device',
  });
  assert.match(
    folderFault(dataDir, full)?.message ?? '',
    /^the disk of .* is full; free about 100 MB or set DATA_DIR/,
  );
});

test(
  'an ordinary user can start it, and is told of a folder that is not theirs',
  { skip: !isRoot },
  async (t) => {
    const dataDir = await folder(t);
    const refused = await startChild(t, dataDir, { uid: nobody, gid: nobody });
    assert.match(
      refused.first,
      /^StartFault: .* cannot be used \(EACCES.*; let this user write there or set DATA_DIR/,
    );

    await chown(dataDir, nobody, nobody);
    const child = await startChild(t, dataDir, { uid: nobody, gid: nobody });
    assert.deepEqual(await ask(child.url, 'select 1 as answer'), [{ answer: 1 }]);
    assert.equal((await stat(join(dataDir, 'postgres'))).uid, nobody);
    child.kill('SIGTERM');
    assert.deepEqual(await child.exit, [7, null]);

    const asRoot = await startEmbeddedDatabase({ dataDir, log: quiet });
    assert.equal(asRoot.isNew, false, 'root goes on as the user whom the files belong to');
    await asRoot.stop();
  },
);

test('under root a closed folder on the way is named, with what opens it', { skip: !isRoot }, async (t) => {
  const closed = await folder(t);
  await chmod(closed, 0o700);
  await assert.rejects(
    startEmbeddedDatabase({ dataDir: join(closed, 'data'), log: quiet }),
    new RegExp(`^StartFault: .*may not enter ${closed}; allow it with: chmod o\\+x '${closed}'`),
  );
});
