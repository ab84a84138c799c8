import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/platform/embedded/embedded-database.ts';
import { migrate, type MigrateOptions } from '../../src/platform/migrations/migrations.ts';
import type { Owner } from './database.ts';
import { pgFolder, startPostgres } from './restorable-postgres.ts';

/** Roles of a Supabase project as far as they matter here, and some of the owner's own. */
export const ROLES = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role authenticator login noinherit password 'x';
  grant anon, authenticated, service_role to authenticator;
  create role reports login password 'x';
  create role clerk login password 'x';
  create role backup login password 'x';
  grant pg_read_all_data to backup;
`;
const OWNER = "create role owner_of_project login password 'x' createdb";

/**
 * A server of its own, since roles are the whole server's, with an owner that is no superuser. The roles of the Data API
 * come when the test wants them; then, as at Supabase, whatever the owner makes in public is theirs to use.
 */
export async function startSupabase(t: Owner, on = process.env['TEST_ON'] ?? '') {
  const server = await (on.includes('postgres15') ? startDebians() : startEmbedded());
  t.after(() => server.stop());
  const urlOf = (role: string, database: string) => {
    const url = new URL(server.url);
    if (role !== '') url.username = role;
    if (role !== '') url.password = 'x';
    url.pathname = `/${database}`;
    return url.href;
  };
  const root = await connect(server.url);
  t.after(() => root.end());
  await root.query(OWNER);
  let count = 0;

  return {
    makeRoles: () => root.query(ROLES),
    /** An empty database of the owner's. */
    async project(t: Owner) {
      const name = `project_${++count}`;
      await root.query(`create database ${name}`);
      const url = urlOf('owner_of_project', name);
      const owner = await connect(url);
      const superuser = await connect(urlOf('', name));
      await superuser.query('grant create on schema public to owner_of_project');
      t.after(() => Promise.all([owner.end(), superuser.end()]));
      const said: string[] = [];
      const log = {
        info: (text: string) => void said.push(text),
        warn: (text: string) => void said.push(text),
      };
      return {
        url,
        said,
        urlAs: (role: string) => urlOf(role, name),
        owner,
        superuser,
        migrate: (more: Partial<MigrateOptions> = {}) => migrate({ url, log, ...more }),
        givesAllThatIsNew: () =>
          superuser.query(
            ['tables', 'sequences', 'functions']
              .map(
                (kind) =>
                  `alter default privileges for role owner_of_project in schema public
                  grant all on ${kind} to anon, authenticated, service_role`,
              )
              .join(';'),
          ),
        /** What one statement gives a role: its rows, or the code of the error. */
        async as(role: string, statement: string): Promise<object[] | string> {
          await superuser.query('begin');
          try {
            await superuser.query(`set local role ${role}`);
            return (await superuser.query<object>(statement)).rows;
          } catch (error) {
            return (error as pg.DatabaseError).code ?? String(error);
          } finally {
            await superuser.query('rollback');
          }
        },
      };
    },
  };
}

export type Project = Awaited<ReturnType<Awaited<ReturnType<typeof startSupabase>>['project']>>;

/** What a role has some right to in the schema: tables of all kinds, columns, sequences, functions. */
export async function openTo({ superuser }: Pick<Project, 'superuser'>, role: string): Promise<string[]> {
  const { rows } = await superuser.query<{ name: string }>(
    `
    select oid::regclass::text as name
    from pg_class
    where relnamespace = 'public'::regnamespace
      and case
        when relkind = 'S' then has_sequence_privilege($1, oid, 'usage, select, update')
        when relkind in ('r', 'p', 'v', 'm', 'f') then
          has_table_privilege($1, oid, 'select, insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege($1, oid, 'select, insert, update, references')
      end
    union all
    select oid::regprocedure::text
    from pg_proc
    where pronamespace = 'public'::regnamespace and has_function_privilege($1, oid, 'execute')
    order by 1`,
    [role],
  );
  return rows.map(({ name }) => name);
}

/** The tables of the schema without row level security. */
export async function unprotected({ superuser }: Project): Promise<string[]> {
  const { rows } = await superuser.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity
    order by 1`);
  return rows.map(({ name }) => name);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function startEmbedded() {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-supabase-'));
  const quiet = { info: () => {}, warn: () => {} };
  const { url, stop } = await startEmbeddedDatabase({ dataDir, log: quiet, settings: { fsync: 'off' } });
  return {
    url,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

async function startDebians() {
  const folder = await pgFolder();
  const { url, stop } = await startPostgres(join(folder, 'data'), { fsync: 'off' });
  return {
    url: url('postgres'),
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}
