import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { StartFault } from '../src/platform/errors.ts';

type Line = { table: string; record: Record<string, unknown> };

/**
 * Puts back, from the file that `migrate down` wrote, what tickets need: keys, nonces, check-ins. It may run again.
 * In the caller's transaction. Throws a StartFault where a new key has taken the place of an older one.
 */
export async function restoreRecords(client: Client, file: string): Promise<number> {
  const read = readLines(file);
  const of = (table: string) =>
    JSON.stringify(read.filter((one) => one.table === table).map(({ record }) => record));
  await refuseOtherKeys(client, of('ticket_key'), file);
  let count = 0;
  for (const [table, statement] of STATEMENTS) {
    count += (await client.query(statement, [of(table)])).rowCount ?? 0;
  }
  return count;
}

function readLines(file: string): Line[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Line);
  } catch (error) {
    throw new StartFault(
      `${file} cannot be read (${(error as Error).message}); name the file that down wrote`,
      error,
    );
  }
}

const STATEMENTS: readonly [table: string, statement: string][] = [
  [
    'ticket_key',
    `insert into ticket_key (id, secret, created_at)
    select id, secret, created_at
    from jsonb_populate_recordset(null::ticket_key, $1)
    on conflict (id) do nothing`,
  ],
  [
    'booking',
    `update booking
    set ticket_nonce = kept.ticket_nonce
    from jsonb_to_recordset($1) kept (id bigint, ticket_nonce uuid)
    where booking.id = kept.id
      and booking.ticket_nonce is null
      and booking.status in ('Confirmed', 'CheckedIn')`,
  ],
  [
    'check_in',
    `insert into check_in (booking_id, checked_in_at, checked_in_by)
    select kept.booking_id, kept.checked_in_at, kept.checked_in_by
    from jsonb_populate_recordset(null::check_in, $1) kept
    join booking on booking.id = kept.booking_id and booking.status = 'CheckedIn'
    on conflict (booking_id) do nothing`,
  ],
];

/** Two keys of one id cannot both be kept in the database. */
async function refuseOtherKeys(client: Client, keys: string, file: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select id
    from jsonb_populate_recordset(null::ticket_key, $1) older
    join ticket_key newer using (id)
    where newer.secret <> older.secret`,
    [keys],
  );
  if (rows.length === 0) return;
  throw new StartFault(
    `a start since then has made a new key of tickets with the id ${rows[0]?.id}; nothing was restored. ` +
      `Set TICKET_KEYS to ID:SECRET of the older key, which is in ${file}, and delete its line there`,
  );
}
