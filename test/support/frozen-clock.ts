import pg from 'pg';
import { createDatabase, type Owner } from './database.ts';
import { onServer } from './server.ts';

export type FrozenClock = {
  databaseUrl: string;
  /** The moment that every statement of the program takes for the present, until the next one. */
  set(at: string): Promise<void>;
};

/**
 * A database on which the program's clock, `clock_timestamp()`, stands still, so that a test can ask what is at the very
 * moment at which something ends. `now()`, which the program must not judge by, goes on.
 */
export async function freezeClock(t: Owner, at: string): Promise<FrozenClock> {
  const { url, name } = await createDatabase(t);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.after(() => client.end());
  await client.query(`
    create schema frozen;
    create table frozen.clock (at timestamptz not null);
    insert into frozen.clock values ('${at}');
    create function frozen.clock_timestamp() returns timestamptz language sql volatile as 'select at from frozen.clock'`);
  await onServer(`alter database ${name} set search_path = frozen, pg_catalog, public`);
  return {
    databaseUrl: url,
    set: async (moment) => void (await client.query('update frozen.clock set at = $1', [moment])),
  };
}
