export type Seat = { seat_number: string; occupied: boolean; price: string };
export type SeatMap = { seat_map: Record<string, Seat[]> };

/** So many seats, as near as may be to the row (0 is the one at the screen). */
export type SeatWish = { seats: number; row: number };

/**
 * Free seats for a party: beside each other in the row that it likes best, else in the nearest one where that is
 * possible, else wherever seats are free. None where fewer are left than it needs.
 */
export function chooseSeats({ seat_map }: SeatMap, { seats, row }: SeatWish): string[] | undefined {
  const rows = Object.values(seat_map);
  const nearest = rows
    .map((inRow, place) => ({ inRow, away: Math.abs(place - row) }))
    .toSorted((a, b) => a.away - b.away)
    .map(({ inRow }) => inRow);
  for (const inRow of nearest) {
    const together = mostCentral(inRow, seats);
    if (together) return together;
  }
  const free = nearest.flat().filter(({ occupied }) => !occupied);
  return free.length < seats ? undefined : free.slice(0, seats).map(({ seat_number }) => seat_number);
}

function mostCentral(inRow: readonly Seat[], seats: number): string[] | undefined {
  const middle = (inRow.length - seats) / 2;
  const starts = Array.from({ length: Math.max(0, inRow.length - seats + 1) }, (_, start) => start);
  const start = starts
    .filter((from) => inRow.slice(from, from + seats).every(({ occupied }) => !occupied))
    .toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  if (start === undefined) return undefined;
  return inRow.slice(start, start + seats).map(({ seat_number }) => seat_number);
}
