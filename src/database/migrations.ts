import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Client } from 'pg';
import { StartFault } from '../platform/errors.ts';
import { adopt, lastShared, lastTable, numberOf, readBooks } from './migration-books.ts';
import { inTransaction, lock, withSession, wordsOf, type Log } from './migration-session.ts';

export type MigrateOptions = {
  url: string;
  log: Log;
  direction?: 'up' | 'down';
  /** The number of the last migration that the database then has; without it up does all, down takes back one. */
  to?: number;
  /**
   * Prepares a database of the reference for migration 22, where there are bookings or wallets. Runs in one
   * transaction with the adoption, so that a throw leaves the database as it was found; it may run again if the
   * program ends before 22 is done.
   */
  beforeOurs?: (client: Client) => Promise<void>;
  /** Of the session, for migrations that read them with current_setting. */
  settings?: Readonly<Record<string, string>>;
  folder?: string;
};
export type MigrationStatus = {
  migrations: { name: string; done: boolean }[];
  /** Done by a newer program. */
  unknown: string[];
  reference: { version: number; dirty: boolean } | undefined;
};

const ourFolder = fileURLToPath(new URL('../../supabase/migration', import.meta.url));

/**
 * Brings the database up, or back, to a migration; one process at a time, the others wait. Throws a StartFault.
 *
 * A database that is newer than the program is used with a warning. A migration that older programs must not
 * meet says so, and its down takes it back (`is null`):
 *
 *     comment on table pgmigrations is 'minimum program migration: 30'
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { url, log, direction = 'up', folder = ourFolder } = options;
  const names = await migrationNames(folder);
  await withSession(url, log, async (client) => {
    await lock(client, log);
    for (const setting of Object.entries(options.settings ?? {})) {
      await client.query('select set_config($1, $2, false)', setting);
    }
    await (direction === 'up' ? up : down)(client, names, options);
  });
}

/** Which migrations the database has; changes nothing. Throws a StartFault where it cannot be reached. */
export async function migrationStatus(url: string, folder = ourFolder): Promise<MigrationStatus> {
  const names = await migrationNames(folder);
  return withSession(url, { info: () => {}, warn: () => {} }, async (client) => {
    const { done, reference, adopted } = await readBooks(client);
    const toAdopt = reference && reference.version > adopted ? reference.version : 0;
    return {
      migrations: names.map((name) => ({ name, done: done.includes(name) || numberOf(name) <= toAdopt })),
      unknown: done.filter((name) => !names.includes(name)),
      reference,
    };
  });
}

async function up(client: Client, names: readonly string[], options: MigrateOptions): Promise<void> {
  const to = target(names, options.to);
  const prepare = async (done: readonly string[]) => {
    const version = versionOf(done);
    if (version < lastTable || version > lastShared || to <= lastShared || !options.beforeOurs) return;
    if (await holdsSales(client)) await options.beforeOurs(client);
  };
  const done = await inTransaction(client, async () => {
    const done = await adopt(client, names);
    await prepare(done);
    return done;
  });
  if (await isNewer(client, names, done, options.log)) return;

  if (versionOf(done) < lastTable && to > lastTable) {
    await run(client, lastTable, options);
    await inTransaction(client, () => prepare(names.slice(0, lastTable)));
  }
  await run(client, to, options);
}

async function down(client: Client, names: readonly string[], options: MigrateOptions): Promise<void> {
  const done = await inTransaction(client, () => adopt(client, names));
  if (await isNewer(client, names, done, options.log)) {
    throw new StartFault('only the newer program that made them can undo the newest migrations');
  }
  const to = target(names, options.to ?? Math.max(versionOf(done) - 1, 0));
  if (to < versionOf(done)) await run(client, to, options);
}

/** Whether a newer program was here. Throws a StartFault if that wants no older ones, or another was here. */
async function isNewer(client: Client, names: readonly string[], done: readonly string[], log: Log) {
  const latest = versionOf(names);
  const strange = done.find((name, i) => (names[i] ? name !== names[i] : numberOf(name) <= latest));
  if (strange) {
    throw new StartFault(
      `the database's migrations are not this program's: pgmigrations holds ${strange} ` +
        `where ${names[done.indexOf(strange)] ?? 'nothing'} is expected; use the program that made it`,
    );
  }
  if (done.length <= names.length) return false;
  const { minimum } = await readBooks(client);
  if (minimum > latest) {
    throw new StartFault(
      `the database is at migration ${versionOf(done)} and wants a program that knows at least ${minimum}; ` +
        `this one knows ${latest}: update it`,
    );
  }
  log.warn(`the database is at migration ${versionOf(done)}, newer than this program's ${latest}`);
  return true;
}

async function run(client: Client, to: number, options: MigrateOptions): Promise<void> {
  const { direction = 'up', log, folder = ourFolder } = options;
  let current = '';
  const hear = (message: string) => {
    const name = /^### MIGRATION (\S+)/.exec(message)?.[1];
    if (!name) return;
    current = name;
    log.info(`migration ${name} ${direction}`);
  };
  try {
    await runner({
      dbClient: client,
      dir: folder,
      schema: 'public',
      migrationsTable: 'pgmigrations',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: 'sql' }],
      direction,
      timestamp: true,
      count: direction === 'up' ? to : to + 1,
      // This session has the same lock already, from before the adoption on.
      noLock: true,
      logger: { info: hear, warn: () => {}, error: () => {} },
    });
  } catch (error) {
    const what = current
      ? `migration ${current} ${direction} failed, nothing of it stays`
      : 'no migration can run';
    throw new StartFault(`${what}: ${wordsOf(error)}`, error);
  }
}

async function holdsSales(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ sales: boolean }>(
    'select exists (select from booking) or exists (select from customer_wallet) as sales',
  );
  return rows[0]?.sales === true;
}

async function migrationNames(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.up.sql'))
    .map((file) => file.slice(0, -'.up.sql'.length))
    .toSorted();
}

function target(names: readonly string[], to = versionOf(names)): number {
  if (to > versionOf(names)) {
    throw new StartFault(`there is no migration ${to}; the last is ${versionOf(names)}`);
  }
  return to;
}

const versionOf = (names: readonly string[]) => numberOf(names.at(-1) ?? '0');
