import { one, sql, type Pool } from '../../src/platform/database/db.ts';
import { eventually } from './eventually.ts';

/** Resolves when no other session of the database is at work, or in a transaction. */
export const untilQuiet = (on: Pool) =>
  eventually('nobody is at work', async () => {
    const { busy } = await one<{ busy: number }>(
      on,
      sql`
      select count(*) as busy
      from pg_stat_activity
      where datname = current_database()
        and state <> 'idle'
        and pid <> pg_backend_pid()`,
    );
    return busy === 0;
  });
