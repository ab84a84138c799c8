import { moneyOut } from '../platform/money.ts';
import type { LockedBooking } from './payment-rows.ts';
import type { BookingRow, ReceiptRow } from './queries.ts';

/** A booking as lists show it. */
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

/** A booking that is paid for, as whoever paid it gets it. */
export const receiptOut = (row: Omit<ReceiptRow, 'transactionId'>) => ({
  ...bookingOut(row),
  customer_name: row.customerName,
  phone_number: row.phoneNumber,
});

export type PaidBooking = ReturnType<typeof paidOut>;

/** A booking that was paid for just now. */
export const paidOut = (
  booking: LockedBooking,
  seats: string[],
  paymentType: 'Card' | 'Wallet',
  transactionId: string,
) => ({
  ...receiptOut({ ...booking, seats, paymentType, status: 'Confirmed' }),
  transaction_id: transactionId,
});
