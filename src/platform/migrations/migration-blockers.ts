import type { Client } from 'pg';

/** A session that others wait for, described without any value of its statement. */
export type Blocker = { pid: number; state: string | null; words: string };

type Row = {
  pid: number;
  name: string | null;
  role: string | null;
  state: string | null;
  since: Date | null;
};

const SESSION = `
  activity.application_name as name,
  activity.usename as role,
  activity.state,
  activity.query_start as since`;

/** The sessions that hold the lock that session `pid` waits for, and its table, if it is on one. None where it does not wait. */
export async function findBlockers(
  client: Client,
  pid: number,
): Promise<{ on: string | undefined; blockers: Blocker[] }> {
  const { rows } = await client.query<Row & { relation: string | null }>(
    `
    select blocking.pid, ${SESSION},
      (
        select string_agg(distinct relation::regclass::text, ', ')
        from pg_locks
        where pid = $1 and not granted and relation is not null
          and database = (select oid from pg_database where datname = current_database())
      ) as relation
    from unnest(pg_blocking_pids($1)) blocking (pid)
    left join pg_stat_activity activity on activity.pid = blocking.pid
    order by activity.query_start`,
    [pid],
  );
  return { on: rows[0]?.relation ?? undefined, blockers: rows.map(toBlocker) };
}

/** The session that holds the advisory lock `key`, if any. */
export async function findTurnHolder(client: Client, key: string): Promise<Blocker | undefined> {
  const { rows } = await client.query<Row>(
    `
    select held.pid, ${SESSION}
    from pg_locks held
    join pg_stat_activity activity on activity.pid = held.pid
    where held.locktype = 'advisory'
      and held.granted
      and held.objsubid = 1
      and held.database = (select oid from pg_database where datname = current_database())
      and (held.classid::bigint << 32) | held.objid::bigint = $1::bigint`,
    [key],
  );
  return rows[0] && toBlocker(rows[0]);
}

function toBlocker({ pid, name, role, state, since }: Row): Blocker {
  // A transaction that was prepared for two-phase commit has no session any more.
  if (pid === 0) return { pid, state, words: 'a prepared transaction (pg_prepared_xacts)' };
  const facts = [
    name || 'without an application_name',
    role && `role ${role}`,
    state,
    since && `its statement began at ${since.toISOString()}`,
  ];
  return { pid, state, words: `pid ${pid} (${facts.filter(Boolean).join(', ')})` };
}
