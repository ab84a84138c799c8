import { createPool, type Pool } from '../database/db.ts';
import { borrowEmbeddedDatabase, startEmbeddedDatabase } from '../embedded/embedded-database.ts';
import { Refusal, StartFault } from '../errors.ts';
import type { Log } from '../log.ts';
import { migrate, type MigrateOptions } from '../migrations/migrations.ts';
import { ownObjects } from '../migrations/migration-objects.ts';
import { wordsOf } from '../migrations/migration-session.ts';
import { refuseHiddenRows } from './row-security.ts';
import { warnOfOpenWays } from '../connecting/trust.ts';

export type DatabaseSettings = {
  production: boolean;
  dataDir: string;
  cinemaTimeZone: string;
  cinemaTimeZoneIsSet: boolean;
  database: {
    url: string | undefined;
    directUrl: string | undefined;
    reportsUrl: string | undefined;
    poolMax: number;
  };
};

export type Database = {
  url: string;
  /** For LISTEN, where there is a way past any transaction pooler. */
  listenUrl: string | undefined;
  pool: Pool;
  /** For long reads, on the replica where there is one. */
  reports: Pool;
  /** Whether this start made the embedded database. */
  isNew: boolean;
  close(): Promise<void>;
};

export type OpenOptions = {
  beforeOurs: NonNullable<MigrateOptions['beforeOurs']>;
  /** Use the embedded database of a SkyFox that runs. */
  borrow?: boolean;
  /** The primary of this machine has seen to the migrations. */
  isMigrated?: boolean;
};

const REPORT_TIMEOUT_MS = 60_000;
const SLOW_REPORT_MS = 5_000;
// A report's statement is worth a plan for its own parameters, but not the time that compiling it takes.
export const REPORT_OPTIONS = '-c plan_cache_mode=force_custom_plan -c jit=off';

const DEAF =
  'there is no way to the database but through a transaction pooler, so LISTEN does not work: what other machines sell is ' +
  'seen here up to 250 ms later, and seat maps are read four times a second; name the server itself in DATABASE_DIRECT_URL';

/** Starts the embedded database where no other is named, migrates, and opens the pools. Throws a StartFault. */
export async function openDatabase(
  settings: DatabaseSettings,
  log: Log,
  { beforeOurs, borrow = false, isMigrated = false }: OpenOptions,
): Promise<Database> {
  const { dataDir, database } = settings;
  const said = { info: (message: string) => log.info(message), warn: (message: string) => log.warn(message) };
  const open = borrow ? borrowEmbeddedDatabase : startEmbeddedDatabase;
  const embedded = database.url ? undefined : await open({ dataDir, log: said });
  const url = database.url ?? embedded?.url ?? '';
  const direct = database.directUrl ?? url;
  const listenUrl = isPooler(direct) ? undefined : direct;
  try {
    if (!isMigrated) {
      await migrate({
        url: direct,
        log: said,
        zone: { name: settings.cinemaTimeZone, isSet: settings.cinemaTimeZoneIsSet },
        beforeOurs,
      });
      if (listenUrl === undefined) log.warn(DEAF);
      if (settings.production) await warnOfOpenWays(waysOf(settings), log);
    }
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const onError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const onSlow = (text: string, tookMs: number) =>
    log.warn({ statement: beginning(text), milliseconds: Math.round(tookMs) }, 'a slow statement');
  const onStatement = (text: string, tookMs: number) =>
    log.debug({ statement: beginning(text), milliseconds: Math.round(tookMs * 10) / 10 }, 'a statement');
  const hooks = { onError, onSlow, ...(log.level === 'debug' && { onStatement }) };
  const pool = createPool({ url, max: database.poolMax, pooled: isPooler(url), primaryOnly: true, ...hooks });
  const reports = createPool({
    url: database.reportsUrl ?? url,
    max: Math.max(2, Math.ceil(database.poolMax / 4)),
    pooled: isPooler(database.reportsUrl ?? url),
    primaryOnly: database.reportsUrl === undefined,
    name: 'skyfox reports',
    statementTimeoutMs: REPORT_TIMEOUT_MS,
    options: REPORT_OPTIONS,
    ...hooks,
    slowMs: SLOW_REPORT_MS,
  });
  const close = async () => {
    await Promise.all([pool.end(), reports.end()]);
    await embedded?.stop();
  };
  try {
    if (!isMigrated) await checkRows({ pool, reports: database.reportsUrl ? reports : undefined });
  } catch (error) {
    await close();
    throw error;
  }
  return { url, listenUrl, pool, reports, isNew: embedded?.isNew ?? false, close };
}

async function checkRows({ pool, reports }: { pool: Pool; reports: Pool | undefined }): Promise<void> {
  const objects = await ownObjects();
  await refuseHiddenRows(pool, objects, 'DATABASE_URL').catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw new StartFault(`the database cannot be used (${wordsOf(error.cause)}); check DATABASE_URL`, error);
  });
  // An unreachable replica may be back before the first report.
  await (reports && refuseHiddenRows(reports, objects, 'DATABASE_REPORTS_URL'))?.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

const waysOf = ({ database }: DatabaseSettings) => ({
  DATABASE_URL: database.url,
  DATABASE_DIRECT_URL: database.directUrl,
  DATABASE_REPORTS_URL: database.reportsUrl,
});

/** Enough of a statement's text to find it. */
const beginning = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);

/** Whether a URL leads to a transaction pooler: Supabase's by its port, others by `pgbouncer=true`. */
function isPooler(url: string): boolean {
  const { port, searchParams } = new URL(url);
  return port === '6543' || searchParams.get('pgbouncer') === 'true';
}
