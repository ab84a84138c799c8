import type { Hall, Row, Seat } from './map.ts';

type Wish = { count: number; isFree: (number: string) => boolean; type?: string };
// Two thirds of the way from the screen to the wall.
const BEST_ROW = 0.66;
const ROW_WEIGHT = 1.5;
const LONE_SEAT = 1;

/** So many free seats beside each other, in the middle and not too near the screen; across an aisle only if it must be. */
export function bestTogether(hall: Hall, wish: Wish): Seat[] | undefined {
  return best(hall, wish, hall.aislesAfter) ?? best(hall, wish, new Set());
}

/** The largest number of adjacent free seats, up to this many. */
export function mostTogether(hall: Hall, wish: Wish): number {
  for (let count = wish.count; count > 0; count--) {
    if (bestTogether(hall, { ...wish, count })) return count;
  }
  return 0;
}

function best(hall: Hall, wish: Wish, aislesAfter: ReadonlySet<number>): Seat[] | undefined {
  const found = hall.rows.flatMap((row, at) =>
    runs(row, wish, aislesAfter).flatMap((run) =>
      windows(run, wish.count).map((seats) => ({ seats, worth: cost(hall, at, seats, run) })),
    ),
  );
  return found.toSorted((a, b) => a.worth - b.worth)[0]?.seats;
}

/** Free seats of a row that have nothing between them. */
function runs(row: Row, { isFree, type }: Wish, aislesAfter: ReadonlySet<number>): Seat[][] {
  const found: Seat[][] = [[]];
  for (const seat of row.seats) {
    const fits = seat && isFree(seat.number) && (type === undefined || seat.type === type);
    if (fits) found.at(-1)?.push(seat);
    if (!fits || aislesAfter.has(seat.column)) found.push([]);
  }
  return found.filter(({ length }) => length > 0);
}

const windows = (run: readonly Seat[], count: number): Seat[][] =>
  Array.from({ length: Math.max(0, run.length - count + 1) }, (_, start) => run.slice(start, start + count));

function cost(hall: Hall, rowAt: number, seats: readonly Seat[], run: readonly Seat[]): number {
  const places = seats.map(({ column }) => hall.columns.indexOf(column));
  const middle = places.reduce((sum, place) => sum + place, 0) / places.length;
  const off = Math.abs(middle - (hall.columns.length - 1) / 2);
  const ideal = (hall.rows.length - 1) * BEST_ROW;
  return off + ROW_WEIGHT * Math.abs(rowAt - ideal) + LONE_SEAT * loneSeats(seats, run);
}

/** Seats that would be left by themselves between these and the next taken one. */
function loneSeats(seats: readonly Seat[], run: readonly Seat[]): number {
  const start = run.findIndex(({ number }) => number === seats[0]?.number);
  const after = run.length - start - seats.length;
  return Number(start === 1) + Number(after === 1);
}
