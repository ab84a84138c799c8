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

/**
 * A booking in a customer's list. `amount_paid` of a Pending booking is its price, because existing clients
 * read the price there.
 */
export const listedOut = ({ holdEndsAt, ...row }: ListedRow) => ({
  ...bookingOut(row),
  ...(holdEndsAt && { amount_due: moneyOut(row.amount), expires_at: holdEndsAt.toISOString() }),
});

/** A paid booking as the paying user receives it. */
export const receiptOut = (row: Omit<ReceiptRow, 'transactionId'>) => ({
  ...bookingOut(row),
  customer_name: row.customerName,
  phone_number: row.phoneNumber,
});
