import { StartFault } from '../errors.ts';
import { maybeOne, sql, type Sql } from '../database/db.ts';
import type { Objects } from '../migrations/migration-objects.ts';
import { POLICY } from '../migrations/privileges.ts';

/**
 * Row level security would silently hide rows from a program that does not own the tables, and seats would
 * seem free. Throws a StartFault if it does.
 */
export async function refuseHiddenRows(on: Sql, { relations }: Objects, urlName: string): Promise<void> {
  const found = await maybeOne<{ tables: string | null; owners: string; role: string }>(
    on,
    sql`
    select
      string_agg(oid::regclass::text, ', ' order by relname) as tables,
      string_agg(distinct relowner::regrole::text, ', ') as owners,
      current_user as role
    from pg_class
    where relnamespace = 'public'::regnamespace
      and relname = any (${relations})
      and relkind in ('r', 'p')
      and row_security_active(oid)
      and not exists (
        select
        from pg_policy
        where polrelid = pg_class.oid
          and polpermissive
          and polcmd = '*'
          and (polroles = '{0}' or exists (select from unnest(polroles) role where pg_has_role(role, 'usage')))
          and (polname = ${POLICY} or pg_get_expr(polqual, polrelid) = 'true')
      )`,
  );
  if (!found?.tables) return;
  throw new StartFault(
    `row level security hides the rows of ${found.tables} from ${found.role}, the role of ${urlName}: ` +
      `connect as ${found.owners}, the owner, or, as that role, create a policy on each: ` +
      `create policy skyfox on TABLE to ${found.role} using (true) with check (true)`,
  );
}
