import type pg from 'pg';

export type Lend = () => Promise<pg.PoolClient>;
type Lending = {
  /** Waiting for a free connection, opening a new one and checking it may take this long together. */
  withinMs: number;
  /** Throws where a connection that was just opened is not to be used. */
  check?: (client: pg.PoolClient) => Promise<void>;
};

/**
 * Lends connections of the pool. One that comes too late goes back to the pool.
 *
 * The check is not the pool's own `verify`: the pool drops a connection, and never gets it back, if its caller's
 * time is over before the check is.
 */
export function createLend(pool: pg.Pool, { withinMs, check }: Lending): Lend {
  const checked = new WeakSet<pg.PoolClient>();

  async function connect(): Promise<pg.PoolClient> {
    const client = await pool.connect();
    if (!check || checked.has(client)) return client;
    try {
      await check(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
    checked.add(client);
    return client;
  }

  return async () => {
    const lent = connect();
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
  };
}
