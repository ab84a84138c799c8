// `npm run conformance -- FOLDER [--only SCENARIO]`: starts the project on a fresh database with the folder's stand-ins
// (FOLDER/services.mjs) and plays its suite (FOLDER/run.mjs). Ends with the suite's status. In other surroundings:
// --processes N, --nginx in front with the gateway key, --postgres15 (Debian's), --pgbouncer in between, --s3 (our
// stand-in for an object store).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { startEmbeddedDatabase } from '../src/platform/embedded/embedded-database.ts';
import { createClosing } from '../src/platform/process/closing.ts';
import { freePort } from '../src/platform/process/free-port.ts';
import { explain, readArguments } from '../src/platform/process/tool.ts';
import { eventually } from '../test/support/eventually.ts';
import { KEY, startNginx } from '../test/support/nginx.ts';
import { startPgbouncer } from '../test/support/pgbouncer.ts';
import { pgFolder, startPostgres } from '../test/support/restorable-postgres.ts';
import { startS3 } from '../test/support/s3.ts';

explain(`npm run conformance -- FOLDER [--only SCENARIO]

Starts the program on a new database with the stand-ins of FOLDER/services.mjs, and plays the recorded answers of
FOLDER/run.mjs against it. Ends with the suite's status.

  --only SCENARIO   this one alone; may be given several times
  --processes N     so many processes
  --nginx           behind the real nginx, which has the gateway key
  --postgres15      on Debian's PostgreSQL 15
  --pgbouncer       through Debian's pgbouncer
  --s3              with a stand-in for an object store`);

const { values, positionals } = readArguments({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    processes: { type: 'string', default: '1' },
    nginx: { type: 'boolean', default: false },
    postgres15: { type: 'boolean', default: false },
    pgbouncer: { type: 'boolean', default: false },
    s3: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (!folder) {
  console.error('usage: npm run conformance -- FOLDER [--only SCENARIO]');
  console.error('         [--processes N] [--nginx] [--postgres15] [--pgbouncer] [--s3]');
  process.exit(2);
}
const suite = resolve(folder);
// Debian keeps nginx where only root looks.
process.env['PATH'] += `${delimiter}/usr/sbin`;

const closing = createClosing();
const owner = { after: (end: () => unknown) => void closing.owns(end, async () => end()) };
try {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-conformance-'));
  owner.after(() => rm(dataDir, { recursive: true, force: true }));
  const [port, movies, payments] = [await freePort(), await freePort(), await freePort()];
  start(join(suite, 'services.mjs'), ['--movie-port', String(movies), '--payment-port', String(payments)]);
  const front = values.nginx ? await nginxBefore(port) : { base: `http://127.0.0.1:${port}`, key: KEY };
  start('src/main.ts', [], {
    PORT: String(port),
    PUBLIC_URL: front.base,
    DATA_DIR: dataDir,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'warn',
    WEB_CONCURRENCY: values.processes,
    API_GATEWAY_KEY: front.key,
    MOVIE_SERVICE_URL: `http://127.0.0.1:${movies}`,
    MOVIE_SERVICE_API_KEY: 'conformance-key',
    PAYMENT_GATEWAY_URL: `http://127.0.0.1:${payments}`,
    PAYMENT_GATEWAY_API_KEY: 'conformance-key',
    RATE_LIMIT_PER_ACCOUNT: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    ...(await database(dataDir)),
    ...(values.s3 && (await objectStore())),
  });
  const isReady = () =>
    fetch(`${front.base}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually('the project is ready', isReady, 30_000);
  const only = values.only.flatMap((name) => ['--only', name]);
  const player = start(join(suite, 'run.mjs'), ['--base', front.base, '--api-key', KEY, ...only]);
  const [code] = await once(player, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await closing.close();
}

function start(file: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  const child = spawn(process.execPath, [file, ...args], {
    stdio: [...stdio],
    env: { ...process.env, ...env },
  });
  const exited = once(child, 'exit');
  owner.after(() => (child.kill('SIGTERM'), exited));
  return child;
}

/** nginx checks the key then, and the program has none. */
async function nginxBefore(port: number) {
  const { base } = await startNginx(owner, { upstream: `127.0.0.1:${port}` });
  return { base, key: '' };
}

/** The program's own, unless another server or a way to it is asked for. */
async function database(dataDir: string): Promise<Record<string, string>> {
  if (!values.postgres15 && !values.pgbouncer) return {};
  const url = values.postgres15 ? await debiansPostgres() : await embeddedPostgres(dataDir);
  if (!values.pgbouncer) return { DATABASE_URL: url };
  const bouncer = await startPgbouncer({ serverUrl: url, poolSize: 4 });
  owner.after(() => bouncer.stop());
  return { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: url };
}

async function debiansPostgres(): Promise<string> {
  const files = await pgFolder();
  owner.after(() => rm(files, { recursive: true, force: true }));
  const server = await startPostgres(join(files, 'data'));
  owner.after(() => server.stop());
  return server.url('postgres');
}

async function embeddedPostgres(dataDir: string): Promise<string> {
  const { url, stop } = await startEmbeddedDatabase({ dataDir, log: { info: () => {}, warn: console.warn } });
  owner.after(() => stop());
  return url;
}

/** Settings for the stand-in that checks every signature. */
async function objectStore(): Promise<Record<string, string>> {
  const { settings } = await startS3(owner);
  const { bucket, region, endpoint, credentials } = settings;
  return {
    S3_BUCKET: bucket,
    AWS_REGION: region,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
