import {
  execute,
  many,
  maybeOne,
  sql,
  type AnyTx,
  type Sql,
  type Statement,
  type Tx,
} from '../platform/database/db.ts';
import { among, type Chore, type Which } from '../platform/database/sweep.ts';
import type { Outcome } from './outcome.ts';
import type { Resolution } from './resolution.ts';

export type Purpose = 'booking' | 'shortfall' | 'top-up';
/** `showId` is that of its booking, if it has one. */
export type Attempt = { id: number; attemptId: string; showId?: number };
/** `attemptId` is also the gateway's key for the charge. */
export type NewAttempt = {
  attemptId: string;
  username: string;
  purpose: Purpose;
  amount: string;
  leaseSeconds: number;
};

type OfBooking = { bookingId: number; showId: number; seats: readonly string[]; onlyIf: Statement };

/**
 * `insert` of an attempt to charge a card for a booking if the condition `onlyIf` holds. It then returns the
 * attempt.
 */
export const insertBookingAttempt = ({
  attemptId,
  username,
  purpose,
  amount,
  leaseSeconds,
  bookingId,
  showId,
  seats,
  onlyIf,
}: NewAttempt & OfBooking): Statement => sql`
      insert into payment_transaction (attempt_id, booking_id, original_booking_id, show_id, seat_numbers, customer_username,
        purpose, payment_method, amount, status, lease_until)
      select ${attemptId}::uuid, ${bookingId}, ${bookingId}, ${showId}::bigint, ${seats}::text[], ${username},
        ${purpose}, 'Card', ${amount}, 'Processing', clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where ${onlyIf}
      returning id, attempt_id as "attemptId", show_id as "showId"`;

/**
 * Inserts an attempt to charge a card for a top-up, which has no booking. Returns none if the amount,
 * together with other charges under way, exceeds the `room` of a locked wallet.
 */
export async function insertTopUpAttempt(
  tx: AnyTx,
  { attemptId, username, amount, leaseSeconds }: NewAttempt,
  room: string,
): Promise<Attempt | undefined> {
  return maybeOne<Attempt>(
    tx,
    sql`
    insert into payment_transaction (attempt_id, customer_username, purpose, payment_method, amount, status, lease_until)
    select ${attemptId}::uuid, ${username}, 'top-up', 'Card', ${amount}, 'Processing',
      clock_timestamp() + make_interval(secs => ${leaseSeconds})
    where ${amount}::numeric + coalesce((
        select sum(amount)
        from payment_transaction
        where customer_username = ${username}
          and status = 'Processing'
          and purpose <> 'booking'
      ), 0) <= ${room}::numeric
    returning id, attempt_id as "attemptId"`,
  );
}

/** `insert` of a payment that a wallet made, where the condition `onlyIf` holds. */
export const insertWalletPayment = ({
  bookingId,
  username,
  amount,
  transactionId,
  onlyIf,
}: {
  bookingId: number;
  username: string | null;
  amount: string;
  transactionId: string;
  onlyIf: Statement;
}): Statement => sql`
      insert into payment_transaction (booking_id, original_booking_id, customer_username, payment_method, amount, status,
        transaction_id)
      select ${bookingId}, ${bookingId}, ${username}, 'Wallet', ${amount}, 'Completed', ${transactionId}
      where ${onlyIf}`;

/** `update` of an attempt whose charge succeeded and whose effect is written with it, where the condition `onlyIf` holds. */
export const completeAttempt = ({
  id,
  transactionId,
  onlyIf = sql`true`,
}: {
  id: number;
  transactionId: string;
  onlyIf?: Statement;
}): Statement => sql`
      update payment_transaction
      set status = 'Completed', transaction_id = ${transactionId}, lease_until = null, reason = null,
        processed_at = clock_timestamp()
      where id = ${id}
        and ${onlyIf}`;

/**
 * `resolution` is how an operator resolved the attempt; `earlier` is the resolution from before a late charge
 * opened the attempt again.
 */
export type AttemptState = {
  status: string;
  transactionId: string | null;
  resolution: Resolution | null;
  earlier: Resolution | null;
};

/**
 * Locks an attempt, because three may write it: its own process, the sweep at the end of its lease, and an
 * operator. Returns none if a fail-over or a restore has lost it; another attempt may then have its number.
 */
export async function lockAttempt(tx: Tx, { id, attemptId }: Attempt): Promise<AttemptState | undefined> {
  return maybeOne<AttemptState>(
    tx,
    sql`
    select status, transaction_id as "transactionId", resolution, earlier_resolution as earlier
    from payment_transaction
    where id = ${id}
      and attempt_id = ${attemptId}
    for update`,
  );
}

/** Condition: an attempt has charged, and its charge had its effect. */
export const isCompleted = (id: number): Statement => sql`exists (
        select from payment_transaction
        where id = ${id}
          and status = 'Completed'
      )`;

/** Whether the outcome of a locked attempt, which no operator has resolved, is still to be written. */
export const isOpenAttempt = ({ status }: AttemptState) => status === 'Processing' || status === 'Unknown';

/**
 * Records that an attempt surely failed, or that its outcome is unknown. A known charge keeps its
 * transaction. Returns false if the attempt does not exist or is closed already.
 */
export const closeAttempt = (on: Sql, id: number, outcome: Outcome, note?: string): Promise<boolean> =>
  close(on, sql`id = ${id}`, outcome, note);

async function close(on: Sql, which: Statement, outcome: Outcome, note?: string): Promise<boolean> {
  const unknown = outcome.kind === 'unknown' || outcome.kind === 'charged';
  const transactionId = outcome.kind === 'charged' ? outcome.transactionId : null;
  const closed = await execute(
    on,
    sql`
    update payment_transaction
    set status = ${unknown ? 'Unknown' : 'Failed'},
      transaction_id = coalesce(${transactionId}::text, transaction_id),
      reason = ${note ?? reasonOf(outcome)},
      lease_until = null,
      processed_at = clock_timestamp()
    where ${which}
      and status in ('Processing', 'Unknown')
      and resolution is null
      and earlier_resolution is null`,
  );
  return closed > 0;
}

/** Closes an attempt that was not sent to the gateway. Returns false if the database does not have it. */
export const closeUnsent = (on: Sql, attemptId: string): Promise<boolean> =>
  close(
    on,
    sql`attempt_id = ${attemptId}`,
    { kind: 'notCharged', reason: 'unreachable' },
    'nothing was sent',
  );

/** The `reason` of an attempt whose process did not report an outcome. */
export const NO_REPORT = 'the process that charged did not report back';

/** Why an attempt did not succeed, in the program's own words, without text of the client or the gateway. */
export function reasonOf(outcome: Outcome): string {
  const detail = 'reason' in outcome ? `: ${outcome.reason}` : '';
  return `${outcome.kind}${detail}${'status' in outcome && outcome.status ? ` ${outcome.status}` : ''}`;
}

/** Whether a locked booking without a payment under way has an attempt whose outcome is unknown. */
export const hasUnresolvedAttempt = (bookingId: number): Statement => sql`exists (
  select from payment_transaction
  where booking_id = ${bookingId}
    and status in ('Processing', 'Unknown')
)`;

export type EndedLease = { id: number; bookingId: number | null };

/** Turns attempts whose lease is over into `Unknown`: their process died, or could not write for too long. */
export const endedLeases = (on: Sql): Chore<number, EndedLease> => {
  const due = (which: Which<number>) => sql`
      select id
      from payment_transaction
      where status = 'Processing'
        -- The lease has no end only if an operator or another tool has removed it.
        and (lease_until <= clock_timestamp() or lease_until is null)
        and ${among(sql`id`, which)}
      order by id
      limit ${which.atMost}`;
  return {
    name: 'leases',
    atMost: 100,
    async clean(which) {
      const done = await many<EndedLease>(
        on,
        sql`
    update payment_transaction
    set status = 'Unknown', reason = ${NO_REPORT}, lease_until = null
    where id in (
      ${due(which)}
      for update skip locked
    )
    returning id, original_booking_id as "bookingId"`,
      );
      return { met: done.length, done, left: [] };
    },
    list: async (which) => (await many<{ id: number }>(on, due(which))).map(({ id }) => id),
  };
};

export async function findTransaction(on: Sql, bookingId: number): Promise<string | undefined> {
  const row = await maybeOne<{ transactionId: string }>(
    on,
    sql`
    select transaction_id as "transactionId"
    from payment_transaction
    where booking_id = ${bookingId}
      and status = 'Completed'
    order by id desc
    limit 1`,
  );
  return row?.transactionId;
}
