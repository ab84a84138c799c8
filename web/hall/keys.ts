import type { Hall, Seat } from './map.ts';

const PAGE_ROWS = 5;
type Place = { row: number; column: number };

/** The seat that a key leads to from another, or undefined where the key means nothing here. */
export function seatByKey(hall: Hall, from: string, key: string, ctrl: boolean): Seat | undefined {
  const at = placeOf(hall, from);
  if (!at) return undefined;
  switch (key) {
    case 'ArrowRight':
      return alongRow(hall, at, 1);
    case 'ArrowLeft':
      return alongRow(hall, at, -1);
    case 'ArrowDown':
      return acrossRows(hall, at, 1);
    case 'ArrowUp':
      return acrossRows(hall, at, -1);
    case 'PageDown':
      return acrossRows(hall, at, PAGE_ROWS);
    case 'PageUp':
      return acrossRows(hall, at, -PAGE_ROWS);
    case 'Home':
      return endOfRow(hall, ctrl ? 0 : at.row, 0);
    case 'End':
      return endOfRow(hall, ctrl ? hall.rows.length - 1 : at.row, -1);
    default:
      return undefined;
  }
}

function placeOf(hall: Hall, number: string): Place | undefined {
  const row = hall.rows.findIndex(({ seats }) => seats.some((seat) => seat?.number === number));
  if (row < 0) return undefined;
  return { row, column: hall.rows[row]?.seats.findIndex((seat) => seat?.number === number) ?? 0 };
}

/** The next seat of the row, past gaps; at its end the seat stays. */
function alongRow(hall: Hall, { row, column }: Place, step: 1 | -1): Seat | undefined {
  const seats = hall.rows[row]?.seats ?? [];
  for (let next = column + step; next >= 0 && next < seats.length; next += step) {
    if (seats[next]) return seats[next];
  }
  return seats[column];
}

/** So many rows on, or the last one there is: the seat of the same column, or the nearest to it. */
function acrossRows(hall: Hall, { row, column }: Place, step: number): Seat | undefined {
  const target = Math.min(hall.rows.length - 1, Math.max(0, row + step));
  const seats = hall.rows[target]?.seats ?? [];
  const near = seats.flatMap((seat, at) => (seat ? [{ seat, distance: Math.abs(at - column) }] : []));
  return near.toSorted((a, b) => a.distance - b.distance)[0]?.seat;
}

function endOfRow(hall: Hall, row: number, end: 0 | -1): Seat | undefined {
  return hall.rows[row]?.seats.filter((seat) => seat !== undefined).at(end);
}
