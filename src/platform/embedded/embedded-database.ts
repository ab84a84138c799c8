import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { StartFault } from '../errors.ts';
import { folderFault } from './folder-faults.ts';
import { isLocked, lockFolder } from './folder-lock.ts';
import { chooseRunner, createCluster, findBinaries, removeDrafts } from './postgres-files.ts';
import { findPostmaster, signal, startPostmaster, stopPostmaster } from './postmaster.ts';
import { removeSockets, socketSetting, urlOf } from './server-address.ts';

export type EmbeddedDatabase = {
  url: string;
  /** Whether this start made the database. */
  isNew: boolean;
  /** Ends the server and releases the folder. */
  stop: () => Promise<void>;
};
type Options = {
  dataDir: string;
  log: { info(message: string): void; warn(message: string): void };
  /** Settings of the server, which override the defaults. */
  settings?: Readonly<Record<string, string>>;
};

const usualSettings = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '256MB',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '%m [%p] %q%a ',
  log_lock_waits: 'on',
};
const name = 'skyfox';

/**
 * Starts the bundled PostgreSQL with its files under `dataDir`, reachable from this machine only: by a Unix
 * socket, which the URL names where the machine has them, and on 127.0.0.1 for other tools. A server that a
 * killed SkyFox left running is reused. Throws a StartFault that says what to do.
 */
export async function startEmbeddedDatabase(options: Options): Promise<EmbeddedDatabase> {
  const dataDir = resolve(options.dataDir);
  try {
    await mkdir(dataDir, { recursive: true });
    const lock = await lockFolder(dataDir);
    try {
      return await start({ ...options, dataDir }, () => lock.release());
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof StartFault) throw error;
    throw folderFault(dataDir, error) ?? doesNotStart(dataDir, error);
  }
}

/**
 * For tools: uses the database of a running SkyFox, or starts one if none runs on the folder. Throws a
 * StartFault.
 */
export async function borrowEmbeddedDatabase(options: Options): Promise<EmbeddedDatabase> {
  const dataDir = resolve(options.dataDir);
  const folder = join(dataDir, 'postgres');
  const postmaster = (await isLocked(dataDir)) ? await findPostmaster(folder) : undefined;
  if (!postmaster) return startEmbeddedDatabase(options);
  const password = await readPassword(join(dataDir, 'postgres.password'), folder);
  return {
    url: urlOf(postmaster, { user: name, password, database: name }),
    isNew: false,
    stop: async () => {},
  };
}

async function start(
  { dataDir, log, settings }: Options,
  release: () => Promise<void>,
): Promise<EmbeddedDatabase> {
  const folder = join(dataDir, 'postgres');
  const binaries = await findBinaries();
  const runner = await chooseRunner(binaries, dataDir);
  await removeDrafts(folder);
  await setAsideBroken(folder, log);
  const passwordFile = join(dataDir, 'postgres.password');
  const isThere = await isCluster(folder);
  const password = isThere ? await readPassword(passwordFile, folder) : await makePassword(passwordFile);
  if (!isThere) await createCluster(binaries, runner, { folder, user: name, passwordFile });

  let postmaster = await findPostmaster(folder);
  if (!postmaster) {
    await removeSockets(folder);
    postmaster = await startPostmaster({
      binaries,
      runner,
      folder,
      logFile: join(dataDir, 'postgres.log'),
      settings: { ...usualSettings, unix_socket_directories: socketSetting(folder), ...settings },
    });
  }
  // Also when an uncaught error ends the program. After a kill -9 the next start finds the server.
  const endWithUs = () => signal(postmaster.pid, 'SIGINT');
  process.once('exit', endWithUs);
  const stop = async () => {
    await stopPostmaster(folder, postmaster);
    process.off('exit', endWithUs);
    await release();
  };
  try {
    const isNew = await ensureDatabase(urlOf(postmaster, { user: name, password, database: 'postgres' }));
    log.info(`embedded PostgreSQL on 127.0.0.1:${postmaster.port}, data in ${folder}`);
    return { url: urlOf(postmaster, { user: name, password, database: name }), isNew, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const isCluster = async (folder: string) =>
  (await exists(join(folder, 'PG_VERSION'))) && (await exists(join(folder, 'global', 'pg_control')));

// Only a missing folder counts as absent. An unreadable folder is a fault.
const exists = (path: string) =>
  access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

// Moved, not deleted: the user may still need it.
async function setAsideBroken(folder: string, log: Options['log']): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (!there || (await isCluster(folder))) return;
  const aside = `${folder}.unusable-${Date.now()}`;
  await rename(folder, aside);
  log.warn(`${folder} holds no complete database; it was moved to ${aside}, and a new one is made`);
}

async function makePassword(file: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

async function readPassword(file: string, folder: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartFault(
      `${file} cannot be read, and without it the database in ${folder} cannot be opened; ` +
        'put the file back, or move that folder away to begin with an empty database',
      error,
    );
  });
  return text.trim();
}

/** Whether this call made the database. */
async function ensureDatabase(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, ssl: false, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${name}`);
    return !rowCount;
  } finally {
    await client.end();
  }
}

function doesNotStart(dataDir: string, error: unknown): StartFault {
  const { message, stderr } = error as Error & { stderr?: string };
  return new StartFault(
    `the embedded PostgreSQL in ${dataDir} does not start (${stderr?.trim() || message}); ` +
      `see ${join(dataDir, 'postgres.log')}, or set DATABASE_URL to another PostgreSQL`,
    error,
  );
}
