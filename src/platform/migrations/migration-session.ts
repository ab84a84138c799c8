import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartFault } from '../errors.ts';
import { createClient } from '../connecting/connection.ts';
import { findTurnHolder } from './migration-blockers.ts';

export type Log = { info(message: string): void; warn(message: string): void };

/** The number of node-pg-migrate's lock, which earlier versions of this program used for their migrations. */
export const TURN_LOCK = '7241865325823964';

const POLL_MS = 250;

/**
 * Opens a connection for `work`. It may lead through a transaction pooler, so every setting and lock of
 * `work` must end with its transaction. Throws a StartFault if the database cannot be reached.
 */
export async function withSession<T>(
  url: string,
  log: Log,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = createClient(url, {
    application_name: 'skyfox-migrate',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  client.on('notice', ({ message }) => message && log.info(message));
  await client.connect().catch((error: unknown) => {
    throw new StartFault(
      `the database at ${client.host}:${client.port} cannot be used (${wordsOf(error)}); check DATABASE_URL`,
      error,
    );
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

type TurnNeeds = {
  log: Log;
  /** After this time an idle holder of the lock ends the start. */
  giveUpMs: number;
  /** For migrations, which read them by current_setting. */
  settings?: Readonly<Record<string, string>> | undefined;
};

/**
 * A transaction whose statements have no time-out, and that excludes the migrations of other processes. It waits until their
 * transaction has ended, so the history that it reads is true until it commits.
 */
export async function inTurn<T>(
  client: pg.Client,
  { log, giveUpMs, settings = {} }: TurnNeeds,
  work: () => Promise<T>,
): Promise<T> {
  let lookAt = performance.now() + giveUpMs;
  for (let waits = 0; ; waits++) {
    try {
      if (await beginInTurn(client)) {
        await setLocally(client, { ...SETTINGS, ...settings });
        const result = await work();
        await client.query('commit');
        return result;
      }
      if (performance.now() >= lookAt) {
        await refuseIdleHolder(client);
        lookAt += giveUpMs;
      }
    } catch (error) {
      // If the connection is lost this fails too, and the server rolls back by itself.
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
    // A wait inside a transaction would take one of the pooler's connections from sales.
    await client.query('rollback');
    if (waits === 0) log.info('waiting for another process to finish its migrations');
    await sleep(POLL_MS);
  }
}

const SETTINGS = {
  statement_timeout: '0',
  // A process that stands still between two statements keeps its locks from sales, and other starts waiting, no longer.
  idle_in_transaction_session_timeout: '1min',
  search_path: 'public',
};

async function beginInTurn(client: pg.Client): Promise<boolean> {
  const text = `begin; select pg_try_advisory_xact_lock(${TURN_LOCK}) as free`;
  const results = (await client.query(text)) as unknown as pg.QueryResult<{ free: boolean }>[];
  return results.at(-1)?.rows[0]?.free === true;
}

async function setLocally(client: pg.Client, settings: Readonly<Record<string, string>>): Promise<void> {
  await client.query(
    'select set_config(name, value, true) from unnest($1::text[], $2::text[]) setting (name, value)',
    [Object.keys(settings), Object.values(settings)],
  );
}

/**
 * A session that holds the lock outside a transaction has left it behind, as earlier versions did on a
 * pooler's connections.
 */
async function refuseIdleHolder(client: pg.Client): Promise<void> {
  const holder = await findTurnHolder(client, TURN_LOCK);
  if (holder?.state !== 'idle') return;
  throw new StartFault(
    `the lock of migrations is held by ${holder.words}, which is idle; ` +
      `end that with: select pg_terminate_backend(${holder.pid})`,
  );
}

export function wordsOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) {
    return [error.message, error.detail, error.hint].filter(Boolean).join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses has a code, but no message.
  return error.message.split('\n')[0] || String((error as NodeJS.ErrnoException).code);
}
