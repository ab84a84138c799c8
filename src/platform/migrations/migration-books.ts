import type { Client } from 'pg';
import { StartFault } from '../errors.ts';

/** The last migration that the reference and this program have in common. */
export const lastShared = 21;
/** From this one on the reference's tables are all there. */
export const lastTable = 19;

/** What the database says about its own migrations. */
export type Books = {
  /** Names in `pgmigrations`, in order. */
  done: string[];
  /** What golang-migrate brought it to. */
  reference: { version: number; dirty: boolean } | undefined;
  /** Up to where golang-migrate's migrations count as done already. */
  adopted: number;
  /** The last migration that a program must know to work with this database. */
  minimum: number;
};

export async function readBooks(client: Client): Promise<Books> {
  const { rows } = await client.query<{ own: string | null; reference: boolean }>(`
    select
      to_regclass('public.pgmigrations') as own,
      (
        select count(*) = 2
        from pg_attribute
        where attrelid = to_regclass('public.schema_migrations')
          and attname in ('version', 'dirty')
      ) as reference`);
  const found = rows[0];
  return {
    ...(found?.own ? await readOwn(client) : { done: [], adopted: 0, minimum: 0 }),
    reference: found?.reference ? await readReference(client) : undefined,
  };
}

async function readOwn(client: Client) {
  const { rows } = await client.query<{ done: string[]; adopted: string | null; minimum: string | null }>(`
    select
      coalesce((select array_agg(name::text order by name) from public.pgmigrations), '{}') as done,
      col_description('public.pgmigrations'::regclass, 2) as adopted,
      obj_description('public.pgmigrations'::regclass, 'pg_class') as minimum`);
  const numberIn = (text: string | null | undefined) => Number(text?.match(/: (\d+)/)?.[1] ?? 0);
  return {
    done: rows[0]?.done ?? [],
    adopted: numberIn(rows[0]?.adopted),
    minimum: numberIn(rows[0]?.minimum),
  };
}

async function readReference(client: Client) {
  const { rows } = await client.query<{ version: string; dirty: boolean }>(
    'select version::text, dirty from public.schema_migrations order by version desc limit 1',
  );
  return rows[0] && { version: Number(rows[0].version), dirty: rows[0].dirty };
}

/**
 * Takes over what golang-migrate has done: 1 to N count as done in `pgmigrations`. Runs in a transaction.
 * N is kept as a comment there, so that what is undone later is not taken for done at the next start.
 * Throws a StartFault where the database's state cannot be told.
 */
export async function adopt(client: Client, names: readonly string[]): Promise<string[]> {
  const books = await readBooks(client);
  const { reference, adopted, done } = books;
  if (reference === undefined || reference.version <= adopted) {
    if (done.length === 0) await refuseUnknownTables(client);
    return done;
  }
  await judge(client, reference, names);
  const theirs = names.filter((name) => numberOf(name) <= reference.version && !done.includes(name));
  await openBooks(client);
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

/** Writes down that a migration is done, or undone. */
export async function note(client: Client, name: string, direction: 'up' | 'down'): Promise<void> {
  if (direction === 'up') {
    await openBooks(client);
    await client.query('insert into public.pgmigrations (name, run_on) values ($1, now())', [name]);
  } else {
    await client.query('delete from public.pgmigrations where name = $1', [name]);
  }
}

// As node-pg-migrate makes them, whose earlier databases are ours too.
async function openBooks(client: Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.pgmigrations') is not null as there`,
  );
  if (rows[0]?.there) return;
  await client.query(`
    create table public.pgmigrations (
      id serial primary key,
      name varchar(255) not null,
      run_on timestamp not null
    )`);
}

async function judge(
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
      'says which migrations made them; use an empty database, or, knowing that the first N have run, tell it so with: ' +
      'create table schema_migrations (version bigint primary key, dirty boolean not null); ' +
      'insert into schema_migrations values (N, false)',
  );
}

export const numberOf = (name: string) => Number.parseInt(name, 10);
