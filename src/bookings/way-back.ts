import { mkdirSync, openSync, closeSync, fsyncSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { StartFault } from '../platform/errors.ts';
import { paid } from './paid.ts';

type WayBack = {
  /** The migration to which the database returns. */
  to: number;
  /** The file for records that the older schema cannot hold. */
  folder: string;
  log: { info(message: string): void };
};
/** `statement` selects `record`, a row as JSON, with data that the schema before `since` cannot hold. */
type Lost = { what: string; since: number; table: string; statement: string };

/**
 * Checks what a return to an older schema would lose, before anything is undone and in the same transaction.
 * Settled records are written to a file, which the log names. Throws a StartFault if money is open: an
 * attempt whose outcome is unknown, or a charge without a booking.
 */
export async function checkWayBack(client: Client, wayBack: WayBack): Promise<void> {
  await refuseOpenMoney(client, wayBack.to);
  const lost = await existing(client, wayBack.to);
  const file = createRecordFile(wayBack);
  try {
    for (const kind of lost) await writeRecords(client, kind, file);
  } finally {
    file.close();
  }
  if (file.count > 0) {
    wayBack.log.info(`${file.count} records that the older schema cannot hold are kept in ${file.path}`);
  }
}

// A column that the database does not have reads as null in the row's JSON.
const OPEN_MONEY = `
  select payment.id,
    case
      when payment.status = 'Completed' then 'a charge without a booking'
      when payment.transaction_id is not null then 'charged, not confirmed'
      else 'outcome unknown'
    end as problem
  from payment_transaction payment
  cross join to_jsonb(payment) known
  where known ->> 'resolution' is null
    and (payment.status in ('Processing', 'Unknown')
      or (payment.status = 'Completed'
        and payment.id > (select last_payment_id from take_over)
        and not exists (
          select from booking
          where booking.id = payment.booking_id
            and ${paid.text}
        )
        and not exists (
          select from wallet_transaction history
          where history.transaction_id = payment.transaction_id
        )))
    and ($1 < 23 or known ->> 'earlier_resolution' is not null)
  order by payment.id`;

async function refuseOpenMoney(client: Client, to: number): Promise<void> {
  // From 33 on the schema holds all that is known of open money, and before 23 the program was never here.
  if (to >= 33 || !(await hasColumn(client, 'payment_transaction', 'attempt_id'))) return;
  const { rows } = await client.query<{ id: number; problem: string }>(OPEN_MONEY, [to]);
  if (rows.length === 0) return;
  const shown = rows.slice(0, 20).map(({ id, problem }) => `  attempt ${id}: ${problem}`);
  throw new StartFault(
    `going back would lose ${rows.length} payment attempts that are open; nothing was changed:\n${shown.join('\n')}` +
      `${rows.length > shown.length ? '\n  …' : ''}\nsettle them first: npm run reconcile`,
  );
}

const LOST: readonly Lost[] = [
  {
    what: 'payments',
    since: 33,
    table: 'payment_transaction',
    statement: `
      select to_jsonb(payment) as record
      from payment_transaction payment
      where to_jsonb(payment) ->> 'resolution' is not null
        or to_jsonb(payment) ->> 'earlier_resolution' is not null
        or to_jsonb(payment) ->> 'reason' is not null
        or booking_id is null
        or transaction_id is null`,
  },
  {
    what: 'opening differences of wallets',
    since: 25,
    table: 'wallet_opening_difference',
    statement: 'select to_jsonb(opening) as record from wallet_opening_difference opening',
  },
  {
    what: 'ticket keys',
    since: 28,
    table: 'ticket_key',
    statement: 'select to_jsonb(signing) as record from ticket_key signing',
  },
  {
    what: 'check-ins',
    since: 35,
    table: 'check_in',
    statement: 'select to_jsonb(entry) as record from check_in entry',
  },
  {
    what: 'ticket nonces',
    since: 35,
    table: 'booking',
    statement: `
      select jsonb_build_object('id', booking.id, 'ticket_nonce', to_jsonb(booking) ->> 'ticket_nonce') as record
      from booking
      where to_jsonb(booking) ->> 'ticket_nonce' is not null
        and ${paid.text}`,
  },
];

/** The records that the schema of `to` cannot hold. */
async function existing(client: Client, to: number): Promise<Lost[]> {
  const found: Lost[] = [];
  for (const kind of LOST) {
    if (to < kind.since && (await hasColumn(client, kind.table))) found.push(kind);
  }
  return found;
}

async function hasColumn(client: Client, table: string, column?: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `
    select exists (
      select from pg_attribute
      where attrelid = to_regclass($1)
        and attname = coalesce($2, attname)
        and attnum > 0
        and not attisdropped
    ) as found`,
    [`public.${table}`, column ?? null],
  );
  return rows[0]?.found === true;
}

const BATCH_ROWS = 2_000;

/** In batches: a cinema's years of nonces do not fit into memory. */
async function writeRecords(client: Client, { table, what, statement }: Lost, file: RecordFile) {
  await client.query(`declare lost no scroll cursor for ${statement}`);
  for (;;) {
    const { rows } = await client.query<{ record: object }>(`fetch ${BATCH_ROWS} from lost`);
    for (const { record } of rows) file.add({ what, table, record });
    if (rows.length < BATCH_ROWS) break;
  }
  await client.query('close lost');
}

type RecordFile = ReturnType<typeof createRecordFile>;

/** A file of JSON lines for this user alone, made with its first record and on disk when it is closed. */
function createRecordFile({ folder, to }: WayBack) {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const path = join(folder, `way-back-to-${to}-${stamp}.jsonl`);
  let handle: number | undefined;
  let count = 0;
  const open = () => {
    try {
      mkdirSync(folder, { recursive: true });
      return openSync(path, 'wx', 0o600);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new StartFault(
        `records that the older schema cannot hold cannot be kept: ${path} cannot be written (${code}); ` +
          'set DATA_DIR to a folder that this user may write to',
        error,
      );
    }
  };
  return {
    path,
    get count() {
      return count;
    },
    add(record: object) {
      handle ??= open();
      writeSync(handle, `${JSON.stringify(record)}\n`);
      count += 1;
    },
    close() {
      if (handle === undefined) return;
      fsyncSync(handle);
      closeSync(handle);
    },
  };
}
