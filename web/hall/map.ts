/** A seat in the API's seat map. */
export type MapSeat = { seat_number: string; column: string; type: string; price: string; occupied: boolean };
export type SeatMap = Record<string, readonly MapSeat[]>;

export type Seat = { number: string; row: string; column: number; type: string; paise: number };
/** `seats` has a place for each of the hall's columns; where a row has no seat, it is empty. */
export type Row = { label: string; type: string; seats: readonly (Seat | undefined)[]; startsBlock: boolean };
export type Hall = {
  rows: readonly Row[];
  /** Numbers of the columns, from left to right. */
  columns: readonly number[];
  /** Columns with an aisle on their right. */
  aislesAfter: ReadonlySet<number>;
  seats: ReadonlyMap<string, Seat>;
};

// A row this long has an aisle in the middle even where the numbers show none.
const SEATS_BEFORE_AISLE = 8;

/** The hall as it is to be drawn, whatever rows and columns the map has. */
export function readHall(map: SeatMap): Hall {
  const rows = Object.entries(map).map(([label, seats]) => ({ label, seats: seats.map(seatOf(label)) }));
  const all = rows.flatMap(({ seats }) => seats);
  const columns = [...new Set(all.map(({ column }) => column))].toSorted((a, b) => a - b);
  const typeOf = (at: number) => rows[at]?.seats[0]?.type ?? '';
  const placed = rows.map(({ label, seats }, at) => ({
    label,
    type: typeOf(at),
    seats: columns.map((column) => seats.find((seat) => seat.column === column)),
    startsBlock: at > 0 && typeOf(at) !== typeOf(at - 1),
  }));
  return {
    rows: placed,
    columns,
    aislesAfter: aisles(columns),
    seats: new Map(all.map((seat) => [seat.number, seat])),
  };
}

const seatOf =
  (row: string) =>
  ({ seat_number, column, type, price }: MapSeat): Seat => ({
    number: seat_number,
    row,
    column: Number(column),
    type,
    paise: Math.round(Number(price) * 100),
  });

/** Where a number is missing in all rows there is an aisle; in a long hall without one, it is in the middle. */
function aisles(columns: readonly number[]): ReadonlySet<number> {
  const gaps = columns.filter((column, at) => (columns[at + 1] ?? column + 1) > column + 1);
  if (gaps.length > 0 || columns.length < SEATS_BEFORE_AISLE) return new Set(gaps);
  return new Set(columns.slice(Math.ceil(columns.length / 2) - 1, Math.ceil(columns.length / 2)));
}

/** The kinds of seat with their price, as they first occur. */
export function kindsOf(hall: Hall): { type: string; paise: number; count: number }[] {
  const kinds = Map.groupBy(hall.seats.values(), ({ type, paise }) => `${type} ${paise}`);
  return [...kinds.values()].flatMap((seats) => {
    const [first] = seats;
    return first ? [{ type: first.type, paise: first.paise, count: seats.length }] : [];
  });
}

/** A9 before A10, in the order of the hall's rows. */
export const inOrder = (hall: Hall, numbers: Iterable<string>): Seat[] => {
  const wanted = new Set(numbers);
  return [...hall.seats.values()].filter(({ number }) => wanted.has(number));
};
