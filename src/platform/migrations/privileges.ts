import type { Client } from 'pg';
import type { Objects } from './migration-objects.ts';
import type { Log } from './migration-session.ts';

/** The roles of Supabase's Data API. Every user who knows its address has the role `anon`. */
const STRANGERS = ['anon', 'authenticated'];
/** Without a policy, row level security would hide all rows from all roles but the owner. This one leaves other roles their grants. */
export const POLICY = 'skyfox_other_roles';

/**
 * Revokes every right of `anon` and `authenticated`, if they exist, to this program's objects, and turns on
 * row level security. Call it in each transaction that may have created objects: the owner's default
 * privileges in the schema stay and give those roles rights to all new objects. Rights of other roles, also
 * by way of PUBLIC, are kept.
 */
export async function closeToStrangers(client: Client, objects: Objects, log: Log): Promise<void> {
  const strangers = await client.query('select from pg_roles where rolname = any ($1)', [STRANGERS]);
  if (strangers.rows.length === 0) return;
  const values = [objects.relations, objects.functions, STRANGERS];
  const found = await client.query<{ statement: string }>(`with ${COMMON} ${TO_CLOSE}`, values);
  if (found.rows.length > 0) {
    await client.query(found.rows.map(({ statement }) => statement).join(';\n'));
    log.info(`the objects of this program are closed to ${STRANGERS.join(' and ')}`);
    await tellOfReaders(client, objects, log);
  }
  const open = await client.query<{ names: string; owners: string }>(`with ${COMMON} ${STILL_OPEN}`, values);
  const [still] = open.rows;
  if (still?.names) {
    log.warn(
      `${STRANGERS.join(' or ')} may use objects of this program; their owner ${still.owners} must revoke that: ${still.names}`,
    );
  }
}

/** Row level security hides no row from them, but pg_dump needs an option for it. */
async function tellOfReaders(client: Client, { relations }: Objects, log: Log): Promise<void> {
  const { rows } = await client.query<{ names: string | null }>(
    `
    select string_agg(quote_ident(rolname), ', ' order by rolname) as names
    from pg_roles
    where rolname !~ '^pg_'
      and rolname <> all ($2)
      and not rolsuper
      and not rolbypassrls
      and exists (
        select
        from pg_class
        where relnamespace = 'public'::regnamespace
          and relname = any ($1)
          and relkind in ('r', 'p')
          and not pg_has_role(pg_roles.oid, relowner, 'usage')
          and has_table_privilege(pg_roles.oid, pg_class.oid, 'select')
      )`,
    [relations, STRANGERS],
  );
  const names = rows[0]?.names;
  if (names) log.info(`${names} read as before, but pg_dump as one of them now needs --enable-row-security`);
}

/** $1 our relations, $2 our functions, $3 the strangers. */
const COMMON = `
  stranger as (
    select oid, rolname from pg_roles where rolname = any ($3)
  ),
  relation as (
    select class.oid, class.oid::regclass as name, class.relkind, class.relowner as owner, class.relacl as acl,
      case class.relkind when 'S' then 'sequence' else 'table' end as kind,
      class.relkind in ('r', 'p') as has_rows, class.relrowsecurity
    from pg_class class
    where class.relnamespace = 'public'::regnamespace
      and class.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and exists (select from stranger)
      and (
        class.relname = any ($1)
        or exists (
          select
          from pg_depend
          join pg_class its_table on its_table.oid = refobjid
          where objid = class.oid
            and classid = 'pg_class'::regclass
            and refclassid = 'pg_class'::regclass
            and deptype in ('a', 'i')
            and class.relkind = 'S'
            and its_table.relnamespace = 'public'::regnamespace
            and its_table.relname = any ($1)
        )
      )
  ),
  routine as (
    select oid, oid::regprocedure as name, proowner as owner, coalesce(proacl, acldefault('f', proowner)) as acl,
      prorettype = 'trigger'::regtype as is_trigger
    from pg_proc
    where pronamespace = 'public'::regnamespace
      and proname = any ($2)
      and exists (select from stranger)
  )`;

const TO_CLOSE = `,
  granted as (
    select relation.oid, null as of_column, grantor, grantee, privilege_type as privilege
    from relation, aclexplode(acl)
    union all
    select relation.oid, format('(%I)', attname), grantor, grantee, privilege_type
    from relation
    join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped,
      aclexplode(attacl)
  ),
  go_between as (
    -- The roles that passed a right on to a stranger. The owner cannot revoke that right, but can revoke the
    -- grant option.
    select distinct relation.oid, grantor
    from granted
    join relation on relation.oid = granted.oid
    where grantor <> owner
      and (grantee = 0 or grantee in (select oid from stranger))
  ),
  everybody as (
    -- The roles that PUBLIC covered, except those that may become a stranger.
    select oid
    from pg_roles
    where rolname !~ '^pg_'
      and not rolsuper
      and not exists (select from stranger where pg_has_role(pg_roles.oid, stranger.oid, 'member'))
  ),
  caller as (
    -- A role that may use our tables may need our functions: triggers and indices call them as the role that
    -- writes.
    select grantee as oid from granted where grantee <> 0 and grantee not in (select oid from stranger)
    union
    select oid from everybody where exists (select from granted where grantee = 0)
    union
    select oid from pg_roles where rolname in ('pg_read_all_data', 'pg_write_all_data', current_user::text)
  ),
  statements (place, statement) as (
    select 1, format('revoke all on %s %s from public, %s cascade', kind, name,
      (select string_agg(quote_ident(rolname), ', ') from stranger))
    from relation
    where pg_has_role(owner, 'usage')
      and exists (
        select from granted
        where granted.oid = relation.oid and (grantee = 0 or grantee in (select oid from stranger))
      )

    union all
    select 1, format('revoke grant option for all on %s %s from %s cascade', kind, name, grantor::regrole)
    from go_between
    join relation on relation.oid = go_between.oid
    where pg_has_role(owner, 'usage')

    union all
    select 2, format('grant %s %s on %s %s to %s', privilege, of_column, kind, name, grantee::regrole)
    from granted
    join relation on relation.oid = granted.oid
    where (granted.oid, grantor) in (select oid, grantor from go_between)
      and grantee <> 0
      and grantee not in (select oid from stranger)
      and pg_has_role(owner, 'usage')

    union all
    select 2, format('grant %s %s on %s %s to %s', privilege, of_column, kind, name,
      (select string_agg(everybody.oid::regrole::text, ', ') from everybody where everybody.oid <> owner))
    from granted
    join relation on relation.oid = granted.oid
    where grantee = 0
      and pg_has_role(owner, 'usage')
      and exists (select from everybody where everybody.oid <> owner)

    union all
    select 3, format('revoke all on routine %s from public, %s cascade', name,
      (select string_agg(quote_ident(rolname), ', ') from stranger))
    from routine
    where pg_has_role(owner, 'usage')
      and exists (select from aclexplode(acl) where grantee = 0 or grantee in (select oid from stranger))

    union all
    select 4, format('grant execute on routine %s to %s', name, string_agg(caller.oid::regrole::text, ', '))
    from routine
    join caller on caller.oid <> owner
    where pg_has_role(owner, 'usage')
      and not is_trigger
      and not exists (select from aclexplode(acl) where grantee = caller.oid and privilege_type = 'EXECUTE')
    group by routine.oid, name

    union all
    select 5, format('alter table %s enable row level security', name)
    from relation
    where has_rows
      and not relrowsecurity
      and pg_has_role(owner, 'usage')

    union all
    -- A table that has row level security already has its owner's own policies.
    select 6, format('create policy ${POLICY} on %1$s using (%2$s) with check (%2$s)', name,
      format('current_user <> all (%L::name[])', $3::text[]))
    from relation
    where has_rows
      and not relrowsecurity
      and pg_has_role(owner, 'usage')
      and not exists (select from pg_policy where polrelid = relation.oid and polname = '${POLICY}')
  )
  select statement from statements order by place, statement`;

const STILL_OPEN = `,
  open (name, owner) as (
    select name::text, owner
    from relation
    where (has_rows and not relrowsecurity)
      or exists (
        select
        from stranger
        where case relkind
          when 'S' then has_sequence_privilege(stranger.oid, relation.oid, 'usage, select, update')
          else has_table_privilege(stranger.oid, relation.oid, 'select, insert, update, delete, truncate, references, trigger')
            or has_any_column_privilege(stranger.oid, relation.oid, 'select, insert, update, references')
        end
      )
    union all
    select name::text, owner
    from routine
    where exists (select from stranger where has_function_privilege(stranger.oid, routine.oid, 'execute'))
  )
  select string_agg(name, ', ' order by name) as names, string_agg(distinct owner::regrole::text, ', ') as owners
  from open`;
