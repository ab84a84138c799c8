import { execute, sql, type Sql } from '../database/db.ts';
import type { Identity } from '../http/http.ts';

export type LogoutNeeds = {
  pool: Sql;
  /** Called when sessions have ended: what is known of the user's has to be read again. */
  endSessions: (username: string) => Promise<void>;
};

/** Ends the session that asks, and no other of its user. */
export async function logout({ pool, endSessions }: LogoutNeeds, session: Identity): Promise<void> {
  await insertEndedSession(pool, session);
  await endSessions(session.username);
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

/** Forgets ended sessions whose tokens are over by themselves, by whichever clock; up to a thousand at once. */
export async function sweepEndedSessions(on: Sql): Promise<number> {
  return execute(
    on,
    sql`
    delete from ended_session
    where (username, session_id) in (
      select username, session_id
      from ended_session
      where expires_at <= clock_timestamp() - interval '1 hour'
      limit 1000
      for update skip locked
    )`,
  );
}
