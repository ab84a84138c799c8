import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { eventually } from '../support/eventually.ts';

type Packages = Record<
  string,
  { version: string; integrity?: string; optional?: boolean; os?: string[]; cpu?: string[] }
>;
type Clone = { registry?: string; locked?: Packages; installed?: Packages };

/** A clone whose npm is the program given; `npm config get registry` answers `registry`. */
async function install(t: TestContext, npm: string, clone: Clone = {}) {
  const {
    registry = 'http://127.0.0.1:9/',
    locked = { 'node_modules/a': { version: '1.0.0' } },
    installed,
  } = clone;
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-clone-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'scripts'));
  await copyFile('scripts/install.mjs', join(folder, 'scripts/install.mjs'));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...locked } }));
  if (installed) {
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  }
  const npmFile = join(folder, 'npm.mjs');
  const asked = `if (process.argv[2] === 'config') { console.log('${registry}'); process.exit(); }`;
  await writeFile(npmFile, `import fs from 'node:fs'; ${asked} ${npm}`);
  const child = spawn(process.execPath, ['scripts/install.mjs'], {
    cwd: folder,
    env: { npm_execpath: npmFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => void (output += text));
  return { folder, child, exited: once(child, 'close'), output: () => output };
}

const FAILS = (words: string) => `console.error('npm error ${words}'); process.exit(1);`;

test('packages that cannot be installed are explained by their own cause', async (t) => {
  const told = async (words: string) => {
    const run = await install(t, FAILS(words));
    const [code] = await run.exited;
    assert.equal(code, 1);
    return run.output();
  };
  const [readOnly, full, unreached, other] = await Promise.all([
    told('code EACCES'),
    told('code ENOSPC'),
    told('code ENOTFOUND'),
    told('something new'),
  ]);
  assert.match(readOnly, /may not write here/);
  assert.doesNotMatch(readOnly, /registry/);
  assert.match(full, /disk is full/);
  assert.match(unreached, /registry was not reached/);
  assert.match(other, /see above/);
});

test('packages that npm has installed already are not installed again, others are', async (t) => {
  const locked = {
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', optional: true, os: [process.platform], cpu: [process.arch] },
    'node_modules/elsewhere': { version: '3.0.0', optional: true, os: ['another system'] },
  };
  const { 'node_modules/elsewhere': _, ...here } = locked;
  const asksNpm = async (installed?: Packages) => {
    const run = await install(t, FAILS('asked'), { locked, ...(installed && { installed }) });
    const [code] = await run.exited;
    assert.equal(code, run.output().includes('asked') ? 1 : 0, run.output());
    return code === 1;
  };
  assert.equal(await asksNpm(here), false);
  assert.equal(await asksNpm(), true, 'nothing is installed');
  for (const other of [
    { ...here, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } },
    { ...here, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-other' } },
    { 'node_modules/a': here['node_modules/a'] },
  ])
    assert.equal(await asksNpm(other), true, JSON.stringify(other));
});

test('whatever ends the installation ends npm and its children with it', async (t) => {
  const endedBy = async (signal: NodeJS.Signals) => {
    const npm = `
      const { spawn } = await import('node:child_process');
      const child = spawn('sleep', ['300']);
      process.on('SIGTERM', () => undefined);
      fs.writeFileSync('pids', JSON.stringify([process.pid, child.pid]));
      setInterval(() => undefined, 1_000);`;
    const run = await install(t, npm);
    const file = join(run.folder, 'pids');
    const written = () => readFile(file, 'utf8').catch(() => '');
    await eventually('npm runs', async () => (await written()).endsWith(']'));
    const pids = JSON.parse(await written()) as number[];
    run.child.kill(signal);
    const [code] = await run.exited;
    assert.ok(code > 128, `${signal}: ${code}`);
    await eventually('npm and its child are gone', () => !pids.some(isAlive));
    assert.doesNotMatch(run.output(), /failed/, 'nobody is blamed');
  };
  await Promise.all((['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map(endedBy));
});

test('a registry that does not answer is named while npm still waits for it', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  t.after(() => silent.close());
  const run = await install(t, `setInterval(() => undefined, 1_000);`, {
    registry: `http://user:secret@127.0.0.1:${port}/npm/`,
  });
  const told = () => run.output().includes(`http://127.0.0.1:${port} does not answer`);
  await eventually('the registry is named', told, 12_000);
  assert.doesNotMatch(run.output(), /secret/);
  run.child.kill('SIGTERM');
  await run.exited;
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
