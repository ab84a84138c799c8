import { many, one, sql, type Pool } from '../../src/platform/database/db.ts';

/** One text for all that a database holds, leaving out the tables named: equal while nothing was written. */
export async function snapshot(pool: Pool, without: readonly string[] = []): Promise<string> {
  const tables = await many<{ name: string }>(
    pool,
    sql`select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const parts = tables
    .filter(({ name }) => !without.includes(name))
    .map(
      ({ name }) =>
        `select '${name} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as part from ${name} t`,
    );
  const { all } = await one<{ all: string }>(
    pool,
    sql([`select string_agg(part, E'\\n') as all from (${parts.join(' union all ')}) parts`]),
  );
  return all;
}
