import type pg from 'pg';

const PATIENCE_MS = 2_500;

/**
 * For a pool that must reach the primary: throws if a new connection leads to a replica. An address that moves with a
 * fail-over may lead to a replica before it is promoted, or to a primary after it became one. Its reads succeed, but are
 * older than they may be, and the connection would stay in the pool.
 */
export async function refuseReplica(client: pg.PoolClient): Promise<void> {
  const query = { text: 'select pg_is_in_recovery() as "isReplica"', query_timeout: PATIENCE_MS };
  const { rows } = await client.query<{ isReplica: boolean }>(query);
  if (rows[0]?.isReplica) throw new Error('the database server is a replica');
}
