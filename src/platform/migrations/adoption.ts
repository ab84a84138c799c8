import type { Client } from 'pg';
import { StartFault } from '../errors.ts';
import { numberOf } from './migration-files.ts';
import { ensureHistory, readHistory } from './migration-history.ts';

/** The last migration that the reference and this program have in common. */
export const lastShared = 21;
/** After this one all tables of the reference are there. */
export const lastTable = 19;

/**
 * Records what golang-migrate has done: its migrations 1 to N are done in `pgmigrations`. Runs in a transaction.
 * N is kept as a comment there, so that a migration that is undone later is not adopted again at the next start.
 * Returns the migrations that are done. Throws a StartFault where the state of the database is unclear.
 */
export async function adopt(client: Client, names: readonly string[]): Promise<string[]> {
  const history = await readHistory(client);
  const { reference, adopted, done } = history;
  if (reference === undefined || reference.version <= adopted) {
    if (done.length === 0) await refuseUnknownTables(client);
    return done;
  }
  await checkReference(client, reference, names);
  const theirs = names.filter((name) => numberOf(name) <= reference.version && !done.includes(name));
  await ensureHistory(client);
  await client.query(
    `comment on column public.pgmigrations.name is 'adopted from schema_migrations: ${reference.version}'`,
  );
  await client.query(
    `insert into public.pgmigrations (name, run_on)
    select name, now()
    from unnest($1::text[]) with ordinality as theirs (name, place)
    order by place`,
    [theirs],
  );
  return [...done, ...theirs].toSorted();
}

async function checkReference(
  client: Client,
  { version, dirty }: { version: number; dirty: boolean },
  names: readonly string[],
) {
  if (dirty) {
    throw new StartFault(
      `the database's migration ${version} broke off half-way (schema_migrations is dirty); finish or undo it by ` +
        `hand, then set dirty to false there (migrate force ${version}) and start again`,
    );
  }
  const { rows } = await client.query<{ booking: boolean; ours: boolean }>(`
    select
      to_regclass('public.booking') is not null as booking,
      exists (
        select from pg_attribute
        where attrelid = to_regclass('public.booking_seat_mapping') and attname = 'show_id'
      ) as ours`);
  if (!rows[0]?.booking) {
    throw new StartFault(
      `schema_migrations says that the database is at version ${version}, but its tables are not there; ` +
        'restore the database from a backup, or drop schema_migrations to begin with an empty one',
    );
  }
  const known = rows[0].ours ? numberOf(names.at(-1) ?? '0') : lastShared;
  if (version > known) {
    throw new StartFault(
      `schema_migrations says that the database is at version ${version}; ` +
        `this program can take over versions up to ${known}: use a newer program`,
    );
  }
}

async function refuseUnknownTables(client: Client): Promise<void> {
  const { rows } = await client.query<{ tables: string | null }>(`
    select string_agg(relname, ', ' order by relname) as tables
    from pg_class
    where relnamespace = to_regnamespace('public')
      and relkind in ('r', 'p')
      and relname in ('usertable', 'customertable', 'booking', 'booking_seat_mapping', 'show', 'customer_wallet')`);
  if (!rows[0]?.tables) return;
  throw new StartFault(
    `the database has tables of SkyFox already (${rows[0].tables}), but neither pgmigrations nor schema_migrations ` +
      'says which migrations made them; use an empty database, or, knowing that the first N have run, record that with: ' +
      'create table schema_migrations (version bigint primary key, dirty boolean not null); ' +
      'insert into schema_migrations values (N, false)',
  );
}
