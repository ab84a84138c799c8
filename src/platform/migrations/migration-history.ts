import type { Client } from 'pg';

/** Which migrations the database has, as it notes in its own tables. */
export type History = {
  /** Names in `pgmigrations`, in order. */
  done: string[];
  /** The version that golang-migrate, the reference's runner, has brought it to. */
  reference: { version: number; dirty: boolean } | undefined;
  /** golang-migrate's migrations up to this one have been adopted. */
  adopted: number;
  /** The last migration that a program must know to work with this database. */
  minimum: number;
};

export async function readHistory(client: Client): Promise<History> {
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

/** Records that a migration is done, or undone. */
export async function recordMigration(client: Client, name: string, direction: 'up' | 'down'): Promise<void> {
  if (direction === 'up') {
    await ensureHistory(client);
    await client.query('insert into public.pgmigrations (name, run_on) values ($1, now())', [name]);
  } else {
    await client.query('delete from public.pgmigrations where name = $1', [name]);
  }
}

// As node-pg-migrate makes them, whose earlier databases are ours too.
export async function ensureHistory(client: Client): Promise<void> {
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
