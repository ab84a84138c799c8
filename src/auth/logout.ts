import { execute, many, sql, type Sql } from '../platform/database/db.ts';
import { amongPlaces, createSweep, type Chore, type Which } from '../platform/database/sweep.ts';
import type { Identity } from '../platform/http/http.ts';
import type { Log } from '../platform/log.ts';
import type { Sessions } from './sessions.ts';

export type LogoutNeeds = {
  pool: Sql;
  sessions: Pick<Sessions, 'forget'>;
};

/** Ends the session of this request. Other sessions of the user stay valid. */
export async function logout({ pool, sessions }: LogoutNeeds, session: Identity): Promise<void> {
  await insertEndedSession(pool, session);
  await sessions.forget(session.username);
}

async function insertEndedSession(on: Sql, { username, sessionId, expiresAt }: Identity): Promise<void> {
  await execute(
    on,
    sql`
    insert into ended_session (username, session_id, expires_at)
    values (${username}, ${sessionId}, ${expiresAt})
    on conflict do nothing`,
  );
}

/** Ended sessions whose tokens have expired by both clocks; `place` is the location of the row. */
const oldSessions = (on: Sql): Chore<string, { place: string }> => {
  const due = (which: Which<string>) => sql`
      select ctid
      from ended_session
      where expires_at <= clock_timestamp() - interval '1 hour'
        and ${amongPlaces(sql`ctid`, which)}
      limit ${which.atMost}`;
  return {
    name: 'ended sessions',
    atMost: 1_000,
    async clean(which) {
      const done = await many<{ place: string }>(
        on,
        sql`
    delete from ended_session
    where ctid in (
      ${due(which)}
      for update skip locked
    )
    returning ctid::text as place`,
      );
      return { met: done.length, done, left: [] };
    },
    list: async (which) => {
      const sessions = await many<{ place: string }>(
        on,
        sql`select ctid::text as place from (${due(which)}) due`,
      );
      return sessions.map(({ place }) => place);
    },
  };
};

/** Deletes ended sessions whose tokens have expired, a thousand in a transaction. Returns their number. */
export const sweepEndedSessions = (on: Sql, log?: Pick<Log, 'error'>): Promise<number> =>
  createSweep(oldSessions(on), log && { log })();
