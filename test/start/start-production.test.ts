import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { JWT_SECRET, SETTINGS, startApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { databaseSettings } from '../support/server.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';

const run = promisify(execFile);
const ENDS_WITHIN_MS = 30_000;
const PRODUCTION = {
  ...SETTINGS,
  APP_ENV: 'production',
  JWT_SECRET_KEY: JWT_SECRET,
  HOST: '127.0.0.1',
  PAYMENT_GATEWAY_URL: 'http://127.0.0.1:9/none',
};

type Ended = { code: number; stdout: string; stderr: string };

const runScript = (file: string, args: readonly string[], env: Record<string, string>): Promise<Ended> =>
  run(process.execPath, [file, ...args], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
    timeout: ENDS_WITHIN_MS,
  }).then(
    (output) => ({ code: 0, ...output }),
    (error: Ended) => error,
  );

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('production without DATABASE_URL stops the start and every tool with one line, and makes no database', async (t) => {
  const folder = await emptyFolder(t);
  const commands: [file: string, ...args: string[]][] = [
    ['src/main.ts'],
    ['scripts/migrate.ts', 'up'],
    ['scripts/reconcile.ts'],
    ['scripts/seed-demo.ts', '--production'],
  ];
  for (const [file, ...args] of commands) {
    const ended = await runScript(file, args, { ...PRODUCTION, DATA_DIR: folder });
    assert.equal(ended.code, 1, file);
    assert.match(
      ended.stderr,
      /^DATABASE_URL is required in production; [^\n]+EMBEDDED_DATABASE=true[^\n]+\n$/,
    );
    assert.deepEqual(await readdir(folder), []);
  }
});

test('the embedded database runs in production where it is asked for, and gets no demo shows there', async (t) => {
  const folder = await emptyFolder(t);
  const program = await startProcess(t, {
    databaseUrl: '',
    env: {
      ...PRODUCTION,
      DATABASE_URL: '',
      DATABASE_DIRECT_URL: '',
      EMBEDDED_DATABASE: 'true',
      DATA_DIR: folder,
      SEED_PASSWORD: 'Chosen-1',
    },
  });
  const login = { username: 'seed-user-1', password: 'Chosen-1' };
  const { data } = await program.post('/login', { body: login });
  const shows = await program.get('/shows', { as: { token: String(data['token']) } });
  assert.deepEqual([shows.status, shows.data], [200, []]);
  await program.kill('SIGTERM');
});

test('a production that nobody can administer says so at its start, and what to set', async (t) => {
  const { url: databaseUrl } = await createDatabase(t);
  const env = { ...PRODUCTION, PAYMENT_GATEWAY_API_KEY: 'key' };
  const first = await startProcess(t, { databaseUrl, env });
  const said =
    /"level":40,[^\n]*there is no admin, so nobody can log in[^\n]*set SEED_PASSWORD and start again/;
  await eventually('it is said', () => said.test(first.output()));
  await first.kill('SIGTERM');

  const second = await startProcess(t, { databaseUrl, env: { ...env, SEED_PASSWORD: 'Chosen-1' } });
  const login = { username: 'seed-user-1', password: 'Chosen-1' };
  assert.equal((await second.post('/login', { body: login })).status, 200);
  await second.kill('SIGTERM');
  assert.doesNotMatch(second.output(), /there is no admin/);

  const third = await startProcess(t, { databaseUrl, env });
  await third.kill('SIGTERM');
  assert.doesNotMatch(third.output(), /there is no admin/, 'the admin of before is enough');
});

test('demo shows in production are asked for explicitly', async (t) => {
  const app = await startApp(t);
  const env = { ...PRODUCTION, ...databaseSettings(app.databaseUrl) };
  const refused = await runScript('scripts/seed-demo.ts', [], env);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^This is production: [^\n]+npm run seed:demo -- --production\n$/);
  assert.equal(await app.count('show'), 0);

  const mistyped = await runScript('scripts/seed-demo.ts', ['--prodution'], env);
  assert.equal(mistyped.code, 1);
  assert.equal(await app.count('show'), 0);

  const meant = await runScript('scripts/seed-demo.ts', ['--production'], env);
  assert.equal(meant.code, 0, meant.stderr);
  assert.match(meant.stdout, /^\d+ shows added/);
  assert.ok((await app.count('show')) > 0);
});
