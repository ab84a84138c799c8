import { moneyOut } from '../platform/money.ts';
import type { LockedBooking } from './payment-rows.ts';
import type { BookingRow, ListedRow, ReceiptRow } from './queries.ts';

/** What every view of a booking shows. */
export const bookingOut = (row: BookingRow) => ({
  booking_id: row.id,
  show_id: row.showId,
  show_date: row.showDate,
  show_time: row.showTime,
  seat_numbers: row.seats,
  amount_paid: moneyOut(row.amount),
  payment_type: row.paymentType,
  booking_time: row.bookedAt.toISOString(),
  status: row.status,
});

/** As a customer's list shows it. `amount_paid` of a Pending one is its price, which clients read there. */
export const listedOut = ({ holdEndsAt, ...row }: ListedRow) => ({
  ...bookingOut(row),
  ...(holdEndsAt && { amount_due: moneyOut(row.amount), expires_at: holdEndsAt.toISOString() }),
});

/** A booking that is paid for, as whoever paid it gets it. */
export const receiptOut = (row: Omit<ReceiptRow, 'transactionId'>) => ({
  ...bookingOut(row),
  customer_name: row.customerName,
  phone_number: row.phoneNumber,
});

export type Paid = ReturnType<typeof paid>;
type Payment = { seats: string[]; paymentType: 'Card' | 'Wallet'; transactionId: string };

/** The answer about a booking that is paid for in this transaction. */
export function paid(booking: LockedBooking, { transactionId, ...rest }: Payment) {
  const receipt = receiptOut({ ...booking, ...rest, status: 'Confirmed' });
  const answer = {
    message: 'Payment processed successfully',
    data: { ...receipt, transaction_id: transactionId },
  };
  return { kind: 'paid', answer } as const;
}
