import { execute, maybeOne, sql, type Sql, type Statement, type Tx } from '../database/db.ts';

export const OUTCOMES = ['refunded', 'credited', 'confirmed', 'failed'] as const;
/** What an operator found out about an attempt, or did about it. */
export type Resolution = (typeof OUTCOMES)[number];

export type OpenAttempt = {
  id: number;
  attemptId: string;
  status: string;
  purpose: string;
  method: string;
  amount: string;
  username: string | null;
  bookingId: number | null;
  showId: number | null;
  seats: string[] | null;
  transactionId: string | null;
  resolution: string | null;
  /** The process that charges is believed to be alive. */
  isUnderWay: boolean;
};

export async function findAttempt(on: Sql, id: number): Promise<OpenAttempt | undefined> {
  return maybeOne<OpenAttempt>(
    on,
    sql`
    select ${ATTEMPT}
    from payment_transaction
    where id = ${id}`,
  );
}

/** The same, locked: after the booking and its seats, as everywhere. */
export async function lockOpenAttempt(tx: Tx, id: number): Promise<OpenAttempt | undefined> {
  return maybeOne<OpenAttempt>(
    tx,
    sql`
    select ${ATTEMPT}
    from payment_transaction
    where id = ${id}
    for update`,
  );
}

const ATTEMPT = sql`id, attempt_id as "attemptId", status, purpose, payment_method as method, amount,
  customer_username as username, coalesce(booking_id, original_booking_id) as "bookingId", show_id as "showId",
  seat_numbers as seats, transaction_id as "transactionId", resolution,
  coalesce(lease_until > clock_timestamp(), false) as "isUnderWay"`;

const STATUS: Record<Resolution, string> = {
  refunded: 'Refunded',
  credited: 'Completed',
  confirmed: 'Completed',
  failed: 'Failed',
};

/** Records who settled an attempt, when and how; a charge that nobody knew the transaction of is known by its key. */
export async function recordResolution(
  tx: Tx,
  { id, resolution, by }: { id: number; resolution: Resolution; by: string },
): Promise<void> {
  const isCharged = resolution !== 'failed';
  await execute(
    tx,
    sql`
    update payment_transaction
    set status = ${STATUS[resolution]}, resolution = ${resolution}, resolved_by = ${by},
      resolved_at = clock_timestamp(), lease_until = null,
      transaction_id = case when ${isCharged}::boolean then coalesce(transaction_id, attempt_id::text) end
    where id = ${id}`,
  );
}

/** `update` that gives an attempt its booking again, which was written anew under its old number. */
export const tieAttempt = (id: number, bookingId: number): Statement => sql`
  update payment_transaction
  set booking_id = ${bookingId}
  where id = ${id}`;
