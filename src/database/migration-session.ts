import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate';
import pg from 'pg';
import { StartFault } from '../platform/errors.ts';

export type Log = { info(message: string): void; warn(message: string): void };

/**
 * Lends a connection without time-outs; closing it ends the lock and whatever transaction an error left open.
 * Throws a StartFault where the database cannot be reached.
 */
export async function withSession<T>(
  url: string,
  log: Log,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
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
    await client.query(
      'set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0; ' +
        'set search_path = public',
    );
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One process at a time migrates, ours or any other that does it with node-pg-migrate. */
export async function lock(client: pg.Client, log: Log): Promise<void> {
  const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [
    PG_MIGRATE_LOCK_ID,
  ]);
  if (rows[0]?.free) return;
  log.info('waiting for another process to finish its migrations');
  await client.query('select pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
}

/** An error leaves the transaction open, to end with the session. */
export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  const result = await work();
  await client.query('commit');
  return result;
}

export function wordsOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) {
    return [error.message, error.detail, error.hint].filter(Boolean).join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses has a code, but no message.
  return error.message.split('\n')[0] || String((error as NodeJS.ErrnoException).code);
}
