import { maybeOne, one, sql, type Sql, type Statement, type Tx } from '../platform/database/db.ts';

export const OUTCOMES = ['refunded', 'credited', 'confirmed', 'failed'] as const;
/** How an operator resolved an attempt. */
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
  resolution: Resolution | null;
  /** The resolution from before a late charge, and the transaction that it named, if any. */
  earlier: Resolution | null;
  earlierTransactionId: string | null;
  /** The lease is not over, so the process that charges is assumed to run. */
  isUnderWay: boolean;
  /** The account of this username is younger than the attempt. */
  isAnothers: boolean;
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

/** The same, locked. As everywhere, the lock comes after those of the booking and its seats. */
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
  seat_numbers as seats, transaction_id as "transactionId", resolution, earlier_resolution as earlier,
  earlier_transaction_id as "earlierTransactionId",
  coalesce(lease_until > clock_timestamp(), false) as "isUnderWay",
  exists (
    select from usertable
    where username = customer_username
      and created_at > coalesce(begun_at, processed_at)
  ) as "isAnothers"`;

const STATUS: Record<Resolution, string> = {
  refunded: 'Refunded',
  credited: 'Completed',
  confirmed: 'Completed',
  failed: 'Failed',
};

export type Word = {
  id: number;
  resolution: Resolution;
  by: string;
  /** The charge's id in the gateway's own list, if the operator has seen it there. */
  transactionId?: string | undefined;
};

/**
 * Records which operator resolved an attempt, when and how. Returns the transaction; a charge without a known
 * transaction is named by its key.
 */
export async function recordResolution(
  tx: Tx,
  { id, resolution, by, transactionId }: Word,
): Promise<string | null> {
  const isCharged = resolution !== 'failed';
  const recorded = await one<{ transactionId: string | null }>(
    tx,
    sql`
    update payment_transaction
    set status = ${STATUS[resolution]}, resolution = ${resolution}, resolved_by = ${by},
      resolved_at = clock_timestamp(), lease_until = null,
      transaction_id = case
        when ${isCharged}::boolean then coalesce(transaction_id, ${transactionId ?? null}, attempt_id::text)
      end
    where id = ${id}
    returning transaction_id as "transactionId"`,
  );
  return recorded.transactionId;
}

/**
 * `update` that links an attempt to its booking again, after the booking was written again under its old
 * number.
 */
export const tieAttempt = (id: number, bookingId: number): Statement => sql`
  update payment_transaction
  set booking_id = ${bookingId}
  where id = ${id}`;
