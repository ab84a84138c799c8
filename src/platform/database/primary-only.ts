import type pg from 'pg';

const PATIENCE_MS = 2_500;

/**
 * For a pool that must reach the primary: refuses a new connection to a server that is a replica. An address that moves
 * with a fail-over may lead to a replica before it is promoted, or to a primary after it became one. Its reads succeed,
 * but are older than they may be, and the connection would stay in the pool.
 */
export function refuseReplica(client: pg.PoolClient, done: (error?: Error) => void): void {
  const query = { text: 'select pg_is_in_recovery() as "isReplica"', query_timeout: PATIENCE_MS };
  client.query<{ isReplica: boolean }>(query).then(
    ({ rows: [row] }) => done(row?.isReplica ? new Error('the database server is a replica') : undefined),
    (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
  );
}
