import { confirmBooking, deleteTracker, type LockedBooking } from '../bookings/bookings.ts';
import { completeAttempt, insertWalletPayment } from '../payments/payments.ts';
import { execute, sql, type AnyTx, type Statement } from '../platform/database/db.ts';
import { insertMove, takeFromWallet } from '../wallet/wallet.ts';

/** Confirms a booking after a card was charged. Returns false if the booking is no longer Pending. */
export async function confirmByCard(
  tx: AnyTx,
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
 * Returns false if the balance is too low or the condition `onlyIf` does not hold.
 */
export async function confirmByWallet(
  tx: AnyTx,
  { id: bookingId, username, amount }: LockedBooking,
  { transactionId, onlyIf }: { transactionId: string; onlyIf: Statement },
): Promise<boolean> {
  const move = { username, amount, bookingId, transactionId };
  const isTaken = sql`exists (select from taken)`;
  const confirmed = await execute(
    tx,
    sql`
    with taken as (${takeFromWallet({ username, amount, onlyIf })}
    ),
    moved as (${insertMove({ ...move, type: 'DEDUCT', wallet: sql`taken` })}
    ),
    recorded as (${insertWalletPayment({ ...move, onlyIf: isTaken })}
    ),
    confirmed as (${confirmBooking({ bookingId, paymentType: 'Wallet', onlyIf: isTaken })}
    ),
    untracked as (${deleteTracker({ booking: sql`confirmed` })}
    )
    select id
    from confirmed`,
  );
  return confirmed > 0;
}
