// `npm run conformance -- FOLDER [--s3] [--only SCENARIO]`: starts the project on a fresh database with the folder's
// stand-ins (FOLDER/services.mjs), with --s3 with our stand-in for an object store as well, and plays its suite
// (FOLDER/run.mjs). Ends with the suite's status.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startS3 } from '../test/support/s3.ts';
import { freePort } from '../src/platform/free-port.ts';

const [folder, ...options] = process.argv.slice(2);
const rest = options.filter((option) => option !== '--s3');
if (!folder) {
  console.error('usage: npm run conformance -- FOLDER [--s3] [--only SCENARIO]');
  process.exit(2);
}
const suite = resolve(folder);
const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-conformance-'));
const children: ChildProcess[] = [];
const ends: (() => unknown)[] = [];
const start = (file: string, args: string[], env: NodeJS.ProcessEnv = process.env) => {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'inherit', 'inherit'], env });
  children.push(child);
  return child;
};

try {
  const [port, movies, payments] = [await freePort(), await freePort(), await freePort()];
  start(join(suite, 'services.mjs'), ['--movie-port', String(movies), '--payment-port', String(payments)]);
  const base = `http://127.0.0.1:${port}`;
  start('src/main.ts', [], {
    ...process.env,
    PORT: String(port),
    PUBLIC_URL: base,
    DATA_DIR: dataDir,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'warn',
    API_GATEWAY_KEY: 'gwkey',
    MOVIE_SERVICE_URL: `http://127.0.0.1:${movies}`,
    MOVIE_SERVICE_API_KEY: 'conformance-key',
    PAYMENT_GATEWAY_URL: `http://127.0.0.1:${payments}`,
    PAYMENT_GATEWAY_API_KEY: 'conformance-key',
    RATE_LIMIT_PER_ACCOUNT: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    ...(options.includes('--s3') && (await objectStore())),
  });
  await ready(base);
  const player = start(join(suite, 'run.mjs'), ['--base', base, '--api-key', 'gwkey', ...rest]);
  const [code] = await once(player, 'exit');
  process.exitCode = code ?? 1;
} finally {
  for (const child of children.toReversed()) await end(child);
  for (const close of ends) close();
  await rm(dataDir, { recursive: true, force: true });
}

/** Settings for the stand-in that checks every signature. */
async function objectStore(): Promise<Record<string, string>> {
  const { settings } = await startS3({ after: (end: () => unknown) => void ends.push(end) });
  const { bucket, region, endpoint, credentials } = settings;
  return {
    S3_BUCKET: bucket,
    AWS_REGION: region,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

async function ready(base: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${base}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('the project was not ready within 30 seconds');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
