import type { Client } from 'pg';
import { StartFault } from '../errors.ts';
import { adopt, lastShared, lastTable } from './adoption.ts';
import { LOCK_RETRY, withLockRetry, type LockRetry } from './lock-retry.ts';
import { migrationNames, numberOf, ownFolder, readMigration, versionOf } from './migration-files.ts';
import { readHistory, recordMigration } from './migration-history.ts';
import { objectsOf, type Objects } from './migration-objects.ts';
import { inTurn, withSession, wordsOf, type Log } from './migration-session.ts';
import { closeToStrangers } from './privileges.ts';
import { refuseStrangeZone, type CinemaZone } from './time-zone.ts';

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
  /**
   * Called before anything is undone, in the same transaction. Checks what a return to migration `to` would
   * lose, and throws a StartFault if that loss is not allowed.
   */
  beforeDown?: (client: Client, to: number) => Promise<void>;
  /**
   * The time zone of the shows; migrations read it with current_setting. The program and the database must
   * both know it and read it alike.
   */
  zone?: CinemaZone;
  folder?: string;
  /** How a migration waits for its locks. */
  lockRetry?: LockRetry;
};
type Plan = MigrateOptions & { objects: Objects; privilegesLog: Log };

/**
 * Brings the database up, or back, to a migration; one process at a time, the others wait. Throws a StartFault.
 *
 * A database that is newer than the program is used with a warning. A migration that older programs must not
 * meet says so, and its down takes it back (`is null`):
 *
 *     comment on table pgmigrations is 'minimum program migration: 30'
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { url, log, direction = 'up', folder = ownFolder } = options;
  const names = await migrationNames(folder);
  const objects = await objectsOf(folder, names);
  const plan: Plan = { ...options, objects, privilegesLog: onceEach(log) };
  await withSession(url, log, async (client) => {
    if (direction === 'down') return down(client, names, plan);
    if (options.zone) await refuseStrangeZone(client, options.zone);
    return up(client, names, plan);
  });
}

async function up(client: Client, names: readonly string[], options: Plan): Promise<void> {
  const to = target(names, options.to);
  const prepare = async (done: readonly string[]) => {
    const version = versionOf(done);
    if (version < lastTable || version > lastShared || to <= lastShared || !options.beforeOurs) return;
    if (await holdsSales(client)) await options.beforeOurs(client);
  };
  const done = await step(client, options, async () => {
    const done = await adopt(client, names);
    await prepare(done);
    // Also done when no migration is due: the roles may be newer than the last start, as in a restored dump.
    await closeToStrangers(client, options.objects, options.privilegesLog);
    return done;
  });
  if (await isNewer(client, names, done, options.log)) return;

  if (versionOf(done) < lastTable && to > lastTable) {
    await run(client, pending(names, lastTable, done), options);
    await step(client, options, async () => prepare((await readHistory(client)).done));
  }
  await run(client, pending(names, to, done), options);
}

async function down(client: Client, names: readonly string[], options: Plan): Promise<void> {
  const done = await step(client, options, () => adopt(client, names));
  if (await isNewer(client, names, done, options.log)) {
    throw new StartFault('only the newer program that made them can undo the newest migrations');
  }
  const to = target(names, options.to ?? Math.max(versionOf(done) - 1, 0));
  const toUndo = done.filter((name) => numberOf(name) > to).toReversed();
  // In one transaction: what was checked stays true until all is undone, and nothing is left half undone.
  const goBack = async () => {
    await options.beforeDown?.(client, to);
    for (const name of toUndo) await apply(client, name, options);
  };
  await step(client, options, goBack, `the way back to migration ${to}`);
}

/**
 * Whether a newer program has migrated the database. Throws a StartFault if that program excludes this one,
 * or if the database belongs to another program.
 */
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
  const { minimum } = await readHistory(client);
  if (minimum > latest) {
    throw new StartFault(
      `the database is at migration ${versionOf(done)} and needs a program that knows at least ${minimum}; ` +
        `this one knows ${latest}: update it`,
    );
  }
  log.warn(`the database is at migration ${versionOf(done)}, newer than this program's ${latest}`);
  return true;
}

/** Each migration is a transaction. */
async function run(client: Client, names: readonly string[], options: Plan): Promise<void> {
  for (const name of names) {
    await step(client, options, () => apply(client, name, options), `migration ${name} up`);
  }
}

/** Runs or undoes a migration, unless another process has done so since the history was read. */
async function apply(client: Client, name: string, options: Plan): Promise<void> {
  const { direction = 'up', log, folder = ownFolder } = options;
  const { done } = await readHistory(client);
  if (done.includes(name) === (direction === 'up')) return;
  log.info(`migration ${name} ${direction}`);
  await client.query(await readMigration(folder, name, direction));
  await recordMigration(client, name, direction);
  await closeToStrangers(client, options.objects, options.privilegesLog);
}

/**
 * Runs one transaction under the lock of migrations. It is tried again when it waits for table locks too
 * long.
 */
async function step<T>(
  client: Client,
  { url, log, zone, lockRetry = LOCK_RETRY }: MigrateOptions,
  work: () => Promise<T>,
  what = 'what comes before the migrations',
): Promise<T> {
  const settings = zone && { 'skyfox.time_zone': zone.name };
  try {
    return await inTurn(client, { log, settings, giveUpMs: lockRetry.giveUpMs }, () =>
      withLockRetry(client, { url, log, what, lockRetry }, work),
    );
  } catch (error) {
    if (error instanceof StartFault) throw error;
    throw new StartFault(`${what} failed and was rolled back: ${wordsOf(error)}`, error);
  }
}

async function holdsSales(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ sales: boolean }>(
    'select exists (select from booking) or exists (select from customer_wallet) as sales',
  );
  return rows[0]?.sales === true;
}

/** Many migrations may raise the same notice; it is logged once. */
function onceEach(log: Log): Log {
  const said = new Set<string>();
  const once = (say: (message: string) => void) => (message: string) => {
    if (!said.has(message)) say(message);
    said.add(message);
  };
  return { info: once((message) => log.info(message)), warn: once((message) => log.warn(message)) };
}

function target(names: readonly string[], to = versionOf(names)): number {
  if (to > versionOf(names)) {
    throw new StartFault(`there is no migration ${to}; the last is ${versionOf(names)}`);
  }
  return to;
}

const pending = (names: readonly string[], to: number, done: readonly string[]) =>
  names.filter((name) => numberOf(name) <= to && !done.includes(name));
