import { many, sql, type Statement, type Tx } from '../platform/database/db.ts';

/** The rows that reference a booking, and are deleted or changed when it is deleted. */
type Belonging = { table: Statement; order: Statement; lock: Statement };
const BELONGINGS: readonly Belonging[] = [
  { table: sql`booking_seat_mapping`, order: sql`seat_number`, lock: sql`for update` },
  { table: sql`payment_transaction`, order: sql`id`, lock: sql`for no key update` },
  { table: sql`wallet_transaction`, order: sql`id`, lock: sql`for no key update` },
  { table: sql`admin_booked_customer`, order: sql`id`, lock: sql`for update` },
];

/**
 * Locks the seats, payments, wallet moves and guests of locked bookings without waiting. Returns the bookings
 * that must stay for now because another transaction has locked one of these rows.
 */
export async function lockHeldUp(tx: Tx, bookingIds: readonly number[]): Promise<number[]> {
  const heldUp = await Promise.all(BELONGINGS.map((belonging) => lockRows(tx, belonging, bookingIds)));
  return heldUp.flat();
}

async function lockRows(
  tx: Tx,
  { table, order, lock }: Belonging,
  bookingIds: readonly number[],
): Promise<number[]> {
  const rows = await many<{ id: number }>(
    tx,
    sql`
    with locked as (
      select id
      from ${table}
      where booking_id = any (${bookingIds}::bigint[])
      order by ${order}
      ${lock} skip locked
    )
    select distinct booking_id as id
    from ${table}
    where booking_id = any (${bookingIds}::bigint[])
      and id not in (select id from locked)`,
  );
  return rows.map(({ id }) => id);
}
