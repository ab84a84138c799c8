import { receiptOut, type LockedBooking } from '../bookings/bookings.ts';

export type Paid = ReturnType<typeof toPaid>;
type Payment = { seats: string[]; paymentType: 'Card' | 'Wallet'; transactionId: string };

/** The answer for a booking that this transaction has paid. */
export function toPaid(booking: LockedBooking, { transactionId, ...rest }: Payment) {
  const receipt = receiptOut({ ...booking, ...rest, status: 'Confirmed' });
  const answer = {
    message: 'Payment processed successfully',
    data: { ...receipt, transaction_id: transactionId },
  };
  return { kind: 'paid', answer } as const;
}
