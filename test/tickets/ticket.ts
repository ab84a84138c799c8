import type { Ticket } from '../../src/tickets/text.ts';

/** A key that signs tickets, and what a paid ticket says. */
export const key = { id: 'k1', secret: 'a secret of a cinema' };
export const ticket: Ticket = {
  bookingId: 123,
  customer: 'Asha Rao',
  phone: '9876543210',
  movie: 'Monsoon',
  date: '2030-04-27',
  time: '06:30 PM',
  seats: 'A9, A10',
  amount: '417.94',
  paymentType: 'Card',
  status: 'Confirmed',
  isPaid: true,
  nonce: '0b5c6f0e-9d3a-4c51-8f0e-3a4c519d0b5c',
};
