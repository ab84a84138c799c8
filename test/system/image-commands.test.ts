import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test, type TestContext } from 'node:test';
import { CARD, JWT_SECRET, startApp } from '../support/app.ts';
import { buildImage, runImage, type Built } from '../support/container.ts';
import { createDatabase, wholeFile } from '../support/database.ts';
import { lacks } from '../support/nginx.ts';
import { settingsOn } from '../support/running-image.ts';

const isRoot = process.getuid?.() === 0;
const skip =
  lacks('buildah', 'podman', 'debootstrap', 'npm') || (!isRoot && 'needs root, as a container has it');
let built: Built;
before(async () => {
  if (!skip) built = await buildImage(wholeFile);
});

/** A container of the image on the database of an app, with nothing running in it but what a test has run. */
async function openImage(t: TestContext) {
  const app = await startApp(t);
  const idle = await runImage(t, built, settingsOn(app), { command: ['sleep', '3600'] });
  /** As an operator types it. */
  const type = (line: string) => idle.exec('sh', '-c', line);
  return { app, idle, type };
}

test(
  'the commands of the page on operations are there under their names, and install nothing',
  { skip },
  async (t) => {
    const { app, idle, type } = await openImage(t);
    const page = readFileSync('docs/operations.md', 'utf8');
    const written = new Set([...page.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = '']) => name));
    // The command for a clone, as the page says.
    assert.deepEqual([...written].toSorted(), ['migrate', 'reconcile', 'soak']);

    const status = await type('npm run migrate -- status');
    assert.deepEqual([status.status, status.stderr], [0, '']);
    assert.match(status.stdout, /^done +000001_initial_schema$/m);
    assert.doesNotMatch(status.stdout, /^pending |nstalling/m);
    assert.equal((await type('npm run migrate -- up')).status, 0);
    assert.equal((await type('npm run migrate -- up --keep-earliest')).status, 0);

    const found = await type('npm run reconcile');
    assert.equal(found.status, 0, found.stderr);
    assert.match(found.stdout, /^attempts: in order$/m);
    assert.deepEqual(JSON.parse((await type('npm run --silent reconcile -- --json')).stdout).attempts, []);
    assert.equal((await type('cd / && npm run reconcile')).status, 0, 'from wherever one is');
    const asUser = await idle.execWith(['--user', 'skyfox'], 'npm', 'run', 'reconcile');
    assert.equal(asUser.status, 0, asUser.stderr);

    const refused = await type('npm run seed:demo');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^This is production: /);
    assert.equal(await app.count('show'), 0);
    assert.equal((await type('npm run seed:demo -- --production')).status, 0);
    assert.ok((await app.count('show')) > 0);

    for (const line of [
      'npm install left-pad',
      'npm ci',
      'npm',
      'npm run',
      'npm run no-such-script',
      'npx left-pad',
    ]) {
      const answer = await type(line);
      assert.notEqual(answer.status, 0, line);
      assert.notEqual(answer.stderr, '', line);
    }
    const installed = await type(
      'node scripts/install.mjs && ls -A node_modules/.installed package-lock.json',
    );
    assert.equal(installed.stdout, '', 'what npm would run before each command does nothing');
    assert.match(installed.stderr, /cannot access 'node_modules\/\.installed'/);
  },
);

test(
  'an attempt is settled in the container, with a name of two words, and its status is told',
  { skip },
  async (t) => {
    const { app, type } = await openImage(t);
    const person = await app.customer();
    const { data } = await app.hold(person, await app.show(), ['A1']);
    // Charged, but nobody is told so.
    const card = { payment_method: 'Card', ...CARD, card_number: '4000000000000127' };
    await app.pay(person, Number(data['booking_id']), card);
    const found = await type('npm run reconcile -- --json');
    assert.equal(found.status, 1, 'something is found');
    const [attempt] = (JSON.parse(found.stdout) as { attempts: { id: number }[] }).attempts;
    assert.ok(attempt);
    const settled = await type(`npm run reconcile -- --resolve ${attempt.id} failed --by 'Night Watch'`);
    assert.deepEqual([settled.status, settled.stderr], [0, '']);
    assert.match(settled.stdout, /is settled: failed, by Night Watch$/m);
    assert.equal((await type('npm run reconcile')).status, 0);
  },
);

test('a database is verified by the certificates of RDS that the image has', { skip }, async (t) => {
  const { app, idle } = await openImage(t);
  const url = new URL(app.databaseUrl);
  url.searchParams.set('sslmode', 'verify-full');
  for (const [file, says] of [
    ['/etc/ssl/certs/rds-global-bundle.pem', /does not (support|offer|speak)|encrypt|TLS|SSL/],
    ['/etc/ssl/certs/no-such-bundle.pem', /no-such-bundle\.pem/],
  ] as const) {
    url.searchParams.set('sslrootcert', file);
    const answer = await idle.execWith(
      ['--env', `DATABASE_URL=${url.href}`],
      'npm',
      'run',
      'migrate',
      '--',
      'status',
    );
    assert.equal(answer.status, 1, answer.stdout);
    assert.match(answer.stderr, says);
    assert.doesNotMatch(
      answer.stderr,
      /rds-global-bundle|\n {4}at /,
      'the file is there, and no stack is shown',
    );
  }
});

test('a way back and forth is gone in the container', { skip }, async (t) => {
  const { url } = await createDatabase(t);
  const app = { databaseUrl: url, bank: { url: 'http://127.0.0.1:9' } };
  const env = { ...settingsOn(app as Parameters<typeof settingsOn>[0]), JWT_SECRET_KEY: JWT_SECRET };
  const idle = await runImage(t, built, env, { command: ['sleep', '3600'] });
  const down = await idle.exec('sh', '-c', 'npm run migrate -- down --to 21');
  assert.equal(down.status, 0, down.stderr);
  assert.match(down.stdout, /^pending 000022_/m);
  const up = await idle.exec('sh', '-c', 'npm run migrate -- up');
  assert.equal(up.status, 0, up.stderr);
  assert.doesNotMatch(up.stdout, /^pending /m);
});
