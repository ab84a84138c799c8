import { receiptOut, type LockedBooking, type ReceiptRow } from '../bookings/bookings.ts';

export type Paid = ReturnType<typeof toPaid>;
type Payment = { seats: string[]; paymentType: 'Card' | 'Wallet'; transactionId: string };

type Facts<Id> = Omit<ReceiptRow, 'transactionId'> & { transactionId: Id };

/** The answer to a payment, from the receipt of its booking. */
export const paidAnswer = <Id extends string | null>({ transactionId, ...receipt }: Facts<Id>) => ({
  message: 'Payment processed successfully',
  data: { ...receiptOut(receipt), transaction_id: transactionId },
});

/** The answer for a booking that this transaction has paid. */
export const toPaid = (booking: LockedBooking, payment: Payment) =>
  ({ kind: 'paid', answer: paidAnswer({ ...booking, ...payment, status: 'Confirmed' }) }) as const;
