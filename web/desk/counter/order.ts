/** A sale as it is sent: the same under its key, however often. */
export type Order = {
  showId: number;
  seats: readonly string[];
  name: string;
  phone: string;
  paise: number;
  changePaise: number;
  key: string;
  /** Who sells. The key counts for that user only. */
  username: string;
  /** On the clock of this computer, in milliseconds. */
  sentAt: number;
};

/** As long as the server remembers a key. */
const KEY_KNOWN_MS = 24 * 3_600_000;

/** Whether the order may be sent again: later it could be sold a second time. */
export const isKeyKnown = ({ sentAt }: Order): boolean => Date.now() - sentAt < KEY_KNOWN_MS;

/** A telephone number without its blanks and dashes and the country's own prefix; as typed where it is none. */
export function readPhone(typed: string): string {
  const plain = typed.replaceAll(/[\s().-]/g, '');
  return /^(?:\+91|0)?(\d{10})$/.exec(plain)?.[1] ?? plain;
}

export const isPhone = (text: string): boolean => /^\d{10}$/.test(text);

type Sold = {
  payment_type: string;
  customer_name: string;
  phone_number: string;
  seat_numbers: readonly string[];
};

/** Whether a booking that was found is the one that an order makes. */
export function isOf(order: Order, sold: Sold): boolean {
  return (
    sold.payment_type === 'Cash' &&
    sold.customer_name === order.name &&
    sold.phone_number === order.phone &&
    sold.seat_numbers.toSorted().join() === order.seats.toSorted().join()
  );
}
