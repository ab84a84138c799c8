import { maybeOne, one, sql, type Sql, type Statement, type Tx } from '../platform/database/db.ts';

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
  resolution: Resolution | null;
  /** An operator's word from before a charge came back late, and the transaction that he spoke of, if any. */
  earlier: Resolution | null;
  earlierTransactionId: string | null;
  /** The process that charges is believed to be alive. */
  isUnderWay: boolean;
  /** The username belongs to an account that is younger than the attempt. */
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
  seat_numbers as seats, transaction_id as "transactionId", resolution, earlier_resolution as earlier,
  earlier_transaction_id as "earlierTransactionId",
  coalesce(lease_until > clock_timestamp(), false) as "isUnderWay",
  exists (
    select from usertable
    where username = customer_username
      and created_at > processed_at
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
  /** As the gateway's own list names the charge, where the operator has seen it there. */
  transactionId?: string | undefined;
};

/**
 * Records who settled an attempt, when and how, and gives the transaction of it; a charge that nobody knew one of is known
 * by its key.
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

/** `update` that gives an attempt its booking again, which was written anew under its old number. */
export const tieAttempt = (id: number, bookingId: number): Statement => sql`
  update payment_transaction
  set booking_id = ${bookingId}
  where id = ${id}`;
