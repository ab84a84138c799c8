import { randomBytes } from 'node:crypto';
import { execute, many, sql, type Sql } from '../platform/database/db.ts';

export type TicketKey = { id: string; secret: string };

// One id for all processes: where several start at once, one makes the key and all use it.
const KEPT = 'kept';

/**
 * All keys, of which the first signs: those of the settings, then what the database keeps, so that tickets signed by
 * the kept key stay good once the settings have keys. Made and kept where there is none at all.
 */
export async function openTicketKeys(
  on: Sql,
  configured: readonly TicketKey[] = [],
): Promise<[TicketKey, ...TicketKey[]]> {
  const [first, ...others] = [...configured, ...(await listKeptKeys(on))];
  if (first) return [first, ...others];
  await keepNewKey(on);
  const [made, ...more] = await listKeptKeys(on);
  if (!made) throw new Error('the key of tickets was kept and is gone');
  return [made, ...more];
}

async function listKeptKeys(on: Sql): Promise<TicketKey[]> {
  return many<TicketKey>(
    on,
    sql`
    select id, secret
    from ticket_key
    order by created_at, id`,
  );
}

async function keepNewKey(on: Sql): Promise<void> {
  await execute(
    on,
    sql`
    insert into ticket_key (id, secret)
    values (${KEPT}, ${randomBytes(48).toString('base64url')})
    on conflict (id) do nothing`,
  );
}
