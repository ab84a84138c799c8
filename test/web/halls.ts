import { readHall, type MapSeat, type SeatMap } from '../../web/hall/map.ts';

/** A seat map from a drawing: a line a row, `s` a Standard seat, `D` a Deluxe one, a blank where there is none. */
export function draw(...lines: string[]): SeatMap {
  return Object.fromEntries(lines.map((line, at) => [rowName(at), seatsOf(rowName(at), line)]));
}

export const hallOf = (...lines: string[]) => readHall(draw(...lines));

const rowName = (at: number) => String.fromCodePoint(65 + at);

const seatsOf = (row: string, line: string): MapSeat[] =>
  Array.from(line).flatMap((kind, at) =>
    kind === ' '
      ? []
      : [
          {
            seat_number: `${row}${at + 1}`,
            column: String(at + 1),
            type: kind === 'D' ? 'Deluxe' : 'Standard',
            price: kind === 'D' ? '350.75' : '200.75',
            occupied: false,
          },
        ],
  );
