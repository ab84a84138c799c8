// The actions of customers, the counter and the door, as their clients perform them. Nothing here runs by
// itself: the demo evening and a test call it.
import { readCode } from '../../test/support/codes.ts';
import { expectData, type Api, type Reply, type Session } from './api.ts';
import { chooseSeats, type SeatMap, type SeatWish } from './seats.ts';

export type Wish = SeatWish & { show: number };
export type Held = { booking: number; seats: string[]; due: number };
export type Sold = { booking: number; seats: string[]; amount: number; by: 'Card' | 'Wallet' | 'Cash' };
export type Refused = { code: string; message: string };
export type Card = typeof GOOD_CARD;
export type Guest = { name: string; phone: string };
export type Scan = { outcome: 'checked_in' | 'already_done' | 'invalid'; reason: string | undefined };

export const GOOD_CARD = {
  card_number: '4242424242424242',
  cvv: '123',
  expiry_month: '12',
  expiry_year: String((new Date().getFullYear() + 9) % 100),
  cardholder_name: 'Asha Rao',
};

type HeldData = { booking_id: number; seat_numbers: string[]; amount_due: number };
type Receipt = { booking_id: number; seat_numbers: string[]; amount_paid: number; payment_type: Sold['by'] };

/** The refusals after which a client reads the map again: another client was faster. */
const wasTaken = ({ code }: Reply<unknown>) => code === 'SEATS_UNAVAILABLE';

/** Reads the map and asks for seats, again while other clients are faster. None if no seats are left. */
async function choose<Data>(
  api: Api,
  { as, wish, onLost }: { as: Session; wish: Wish; onLost: () => void },
  takeSeats: (seats: string[]) => Promise<Reply<Data>>,
): Promise<Reply<Data> | undefined> {
  for (;;) {
    const looked = await api.ask<SeatMap>('GET', `/shows/${wish.show}/seat-map`, { as });
    const seats = chooseSeats(expectData('the seat map', looked), wish);
    if (!seats) return undefined;
    const reply = await takeSeats(seats);
    if (!wasTaken(reply)) return reply;
    onLost();
  }
}

type Choice = { wish: Wish; onLost?: () => void };

/** Seats held for a customer; none where too few are left. */
export async function hold(
  api: Api,
  as: Session,
  { wish, onLost = () => {} }: Choice,
): Promise<Held | undefined> {
  const reply = await choose(api, { as, wish, onLost }, (seats) =>
    api.ask<HeldData>('POST', '/customer/booking/initialize', {
      as,
      body: { show_id: wish.show, seat_numbers: seats },
    }),
  );
  if (!reply) return undefined;
  const { booking_id, seat_numbers, amount_due } = expectData('a hold', reply);
  return { booking: booking_id, seats: seat_numbers, due: amount_due };
}

export const payBy = (method: 'Card' | 'Wallet', card?: Card) => ({ payment_method: method, ...card });

/** The sale where it was paid, else the refusal. */
export async function pay(
  api: Api,
  as: Session,
  { booking }: Held,
  payment: object,
): Promise<Sold | Refused> {
  const reply = await api.ask<Receipt>('POST', '/customer/booking/payment', {
    as,
    body: { booking_id: booking, ...payment },
  });
  return reply.data ? soldBy(reply.data) : { code: reply.code, message: reply.message };
}

export async function cancel(api: Api, as: Session, { booking }: Held): Promise<boolean> {
  return (await api.ask('DELETE', `/customer/booking/${booking}/cancel`, { as })).status === 200;
}

export async function topUp(api: Api, as: Session, amount: number): Promise<void> {
  const reply = await api.ask<object>('POST', '/customer/wallet/add-funds', {
    as,
    body: { amount, ...GOOD_CARD },
  });
  expectData('a top-up', reply);
}

/** A sale for cash; none where too few seats are left. */
export async function sellAtCounter(
  api: Api,
  as: Session,
  { wish, guest, onLost = () => {} }: Choice & { guest: Guest },
): Promise<Sold | undefined> {
  const reply = await choose(api, { as, wish, onLost }, (seats) =>
    api.ask<Receipt>('POST', '/admin/create-customer-booking', {
      as,
      body: {
        show_id: wish.show,
        customer_name: guest.name,
        phone_number: guest.phone,
        seat_numbers: seats,
      },
    }),
  );
  return reply && soldBy(expectData('a sale at the counter', reply));
}

const soldBy = ({ booking_id, seat_numbers, amount_paid, payment_type }: Receipt): Sold => ({
  booking: booking_id,
  seats: seat_numbers,
  amount: amount_paid,
  by: payment_type,
});

/** The text that a scanner reads from the picture of a ticket. */
export async function readTicket(api: Api, as: Session, booking: number): Promise<string> {
  const reply = await api.ask<{ qr_code: string }>('GET', `/booking/${booking}/qr`, { as });
  const { qr_code } = expectData('a ticket', reply);
  const text = await readCode(Buffer.from(qr_code, 'base64'));
  if (text === undefined) throw new Error(`the code of booking ${booking} cannot be read`);
  return text;
}

/** A ticket is scanned, or its number is typed. */
export async function scan(
  api: Api,
  as: Session,
  shown: { ticket: string } | { booking_id: number },
): Promise<Scan> {
  const reply = await api.ask<{ details: { outcome: Scan['outcome']; reason?: string }[] }>(
    'POST',
    '/check-in/booking',
    { as, body: shown },
  );
  const [detail] = expectData('a scan', reply).details;
  if (!detail) throw new Error('a scan was answered without details');
  return { outcome: detail.outcome, reason: detail.reason };
}

export async function logIn(api: Api, username: string, password: string): Promise<Session> {
  const reply = await api.ask<{ token: string }>('POST', '/login', { body: { username, password } });
  return { username, token: expectData(`the login of ${username}`, reply).token };
}
