import type { Held, Sold } from './players.ts';

/** The answers that the players of an evening got. */
export type Tally = {
  sold: Sold[];
  expired: Held[];
  cancelled: Held[];
  /** Holds of which a payment has an unknown outcome: left as they are. */
  unknown: Held[];
  declined: number;
  mistyped: number;
  turnedAway: number;
  checkedIn: number[];
  refusedAtDoor: { already: number; forged: number; tooEarly: number; other: number };
  /** Events that no player should see. */
  surprises: string[];
};

export const emptyTally = (): Tally => ({
  sold: [],
  expired: [],
  cancelled: [],
  unknown: [],
  declined: 0,
  mistyped: 0,
  turnedAway: 0,
  checkedIn: [],
  refusedAtDoor: { already: 0, forged: 0, tooEarly: 0, other: 0 },
  surprises: [],
});

export type Takings = Record<Sold['by'], { bookings: number; amount: number }> & {
  seats: number;
  total: number;
};

/** Amounts are added in paise, since sums of binary fractions drift. */
export function takingsOf(sold: readonly Sold[]): Takings {
  const by = (way: Sold['by']) => {
    const these = sold.filter(({ by }) => by === way);
    return { bookings: these.length, amount: sum(these.map(({ amount }) => amount)) };
  };
  return {
    Card: by('Card'),
    Wallet: by('Wallet'),
    Cash: by('Cash'),
    seats: sold.reduce((seats, one) => seats + one.seats.length, 0),
    total: sum(sold.map(({ amount }) => amount)),
  };
}

const sum = (amounts: readonly number[]) =>
  amounts.reduce((paise, amount) => paise + Math.round(amount * 100), 0) / 100;
