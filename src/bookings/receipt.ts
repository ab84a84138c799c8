import { moneyOut } from '../platform/money.ts';
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
