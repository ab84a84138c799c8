import type pg from 'pg';

/**
 * A connection of the pool, within this time: waiting for a free one, opening a new one and checking it count
 * together. A connection that comes later goes back to the pool.
 */
export async function lend(pool: pg.Pool, withinMs: number): Promise<pg.PoolClient> {
  const lent = pool.connect();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no connection was free in time')), withinMs);
  try {
    return await Promise.race([lent, late.promise]);
  } catch (error) {
    lent.then(
      (client) => client.release(),
      () => {},
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
