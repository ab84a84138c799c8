import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { emptyDatabase } from '../support/schema.ts';

type Ran = { status: number; stdout: string; stderr: string };

function run(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

test('tools that only look never migrate: on an older database they say so and end with 2', async (t) => {
  const database = await emptyDatabase(t);
  await database.up(21);
  const before = await database.schema();
  const env = { DATABASE_URL: database.url };
  const [status, reconcile, resolve] = await Promise.all([
    run('scripts/migrate.ts', ['status'], env),
    run('scripts/reconcile.ts', [], env),
    run('scripts/reconcile.ts', ['--resolve', '1', 'failed'], env),
  ]);
  assert.equal(status.status, 2);
  assert.match(status.stdout, /pending 000022_seat_claims[^]*older than this program; nothing was changed/);
  for (const ran of [reconcile, resolve]) {
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /^the database is older than this program .*npm run migrate -- up\n$/);
  }
  assert.deepEqual(await database.schema(), before);
});

test('--help explains a command and does nothing else', async () => {
  // Nothing listens there: a command that did anything would fail.
  const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', PORT: 'none' };
  const commands = [
    'src/main.ts',
    ...[
      'migrate',
      'reconcile',
      'seed-demo',
      'demo-evening',
      'payment-simulator',
      'conformance',
      'chaos',
      'draw-schema',
      'draw-pictures',
    ].map((name) => `scripts/${name}.ts`),
    'scripts/test.ts',
    'scripts/test-system.ts',
    'scripts/install.mjs',
    'bench/bench.ts',
    'bench/soak.ts',
  ];
  const ran = await Promise.all(commands.map((command) => run(command, ['--help'], env)));
  for (const [place, { status, stdout, stderr }] of ran.entries()) {
    assert.equal(status, 0, `${commands[place]}: ${stderr}`);
    assert.match(stdout, /^(npm|node scripts|A payment gateway)/, commands[place]);
    assert.equal(stderr, '', commands[place]);
  }
});

test('an option that a command does not know is a line, not a stack trace', async () => {
  const commands = [
    'test',
    'conformance',
    'migrate',
    'reconcile',
    'seed-demo',
    'demo-evening',
    'chaos',
    'payment-simulator',
  ];
  const files = [...commands.map((name) => `scripts/${name}.ts`), 'bench/bench.ts', 'bench/soak.ts'];
  const ran = await Promise.all(files.map((file) => run(file, ['--nonsense'])));
  for (const [place, { status, stderr }] of ran.entries()) {
    assert.ok(status > 0, files[place]);
    assert.match(stderr, /'--nonsense'/, files[place]);
    assert.doesNotMatch(stderr, /\n\s+at /, files[place]);
  }
});
