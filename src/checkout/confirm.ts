import { randomUUID } from 'node:crypto';
import { confirmBooking, deleteTracker, isPayable, type LockedBooking } from '../bookings/bookings.ts';
import { completeAttempt, insertWalletPayment } from '../payments/payments.ts';
import { execute, sql, type Tx } from '../platform/database/db.ts';
import { insertMove, takeFromWallet } from '../wallet/wallet.ts';

/** Confirms a booking after a card was charged. Returns false if the booking is no longer Pending. */
export async function confirmByCard(
  tx: Tx,
  bookingId: number,
  { attempt, transactionId }: { attempt: number; transactionId: string },
): Promise<boolean> {
  const confirmed = await execute(
    tx,
    sql`
    with confirmed as (${confirmBooking({ bookingId, paymentType: 'Card' })}
    ),
    untracked as (${deleteTracker({ booking: sql`confirmed` })}
    ),
    completed as (${completeAttempt({ id: attempt, transactionId, onlyIf: sql`exists (select from confirmed)` })}
    )
    select id
    from confirmed`,
  );
  return confirmed > 0;
}

/**
 * Confirms a booking from its customer's wallet: balance, history, payment and booking in one statement.
 * Returns the transaction's id. Returns nothing if the balance is too low or, with `onlyPayable`, if the hold
 * has expired or another payment is under way.
 */
export async function confirmByWallet(
  tx: Tx,
  { id: bookingId, username, amount }: LockedBooking,
  { onlyPayable }: { onlyPayable: boolean },
): Promise<string | undefined> {
  const transactionId = randomUUID();
  const move = { username, amount, bookingId, transactionId };
  const onlyIf = sql`exists (select from taken)`;
  const confirmed = await execute(
    tx,
    sql`
    with taken as (${takeFromWallet({ username, amount, onlyIf: onlyPayable ? isPayable({ bookingId }) : sql`true` })}
    ),
    moved as (${insertMove({ ...move, type: 'DEDUCT', wallet: sql`taken` })}
    ),
    recorded as (${insertWalletPayment({ ...move, onlyIf })}
    ),
    confirmed as (${confirmBooking({ bookingId, paymentType: 'Wallet', onlyIf })}
    ),
    untracked as (${deleteTracker({ booking: sql`confirmed` })}
    )
    select id
    from confirmed`,
  );
  return confirmed > 0 ? transactionId : undefined;
}
