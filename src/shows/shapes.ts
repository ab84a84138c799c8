import { Type } from 'typebox';
import type { Movie } from '../movies/movies.ts';
import { isDate } from '../platform/dates.ts';
import { moneyOut } from '../platform/money.ts';
import { invalidDate, invalidShowId, showNotFound } from './errors.ts';
import type { ShowRow, SlotRow } from './queries.ts';

export const Slot = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  startTime: Type.String({ examples: ['08:30:00.000000'] }),
  endTime: Type.String({ examples: ['11:30:00.000000'] }),
});
export const Show = Type.Object({
  movie: Type.Object({
    movieId: Type.String(),
    name: Type.String(),
    duration: Type.String({ examples: ['1h53m0s'] }),
    plot: Type.String(),
    imdbRating: Type.String(),
    moviePoster: Type.String(),
    genre: Type.String(),
  }),
  slot: Slot,
  id: Type.Integer(),
  date: Type.String({ format: 'date-time' }),
  cost: Type.Number(),
  availableseats: Type.Integer(),
});
export const Seat = Type.Object({
  column: Type.String({ examples: ['1'] }),
  occupied: Type.Boolean(),
  price: Type.String({ examples: ['208.97'] }),
  seat_number: Type.String({ examples: ['A1'] }),
  type: Type.String({ examples: ['Standard'] }),
});
export const SeatMap = Type.Object({ seat_map: Type.Record(Type.String(), Type.Array(Seat)) });
export const ShowParams = Type.Object({ show_id: Type.String({ examples: ['1'] }) });
export const DateQuery = Type.Object({ date: Type.Optional(Type.String({ examples: ['2030-01-31'] })) });
export const DayQuery = Type.Object({
  date: Type.Optional(
    Type.String({
      format: 'date',
      description: 'Today if absent; of customers today to the sixth day from it',
    }),
  ),
});

export function dateOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!isDate(text)) throw invalidDate();
  return text;
}

// A whole number that no id can have is one that nobody has found; other text is no number.
export const badShowId = (text: string | undefined, message: string) =>
  /^[+-]?\d+$/.test(text ?? '') ? showNotFound(text ?? '') : invalidShowId(message);

export const slotOut = ({ slotId, slotName, startTime, endTime }: SlotRow) => ({
  id: slotId,
  name: slotName,
  startTime,
  endTime,
});

export const showOut = (show: ShowRow, movie: Movie | undefined) => ({
  movie: {
    movieId: show.movieId,
    name: movie?.name ?? show.movieId,
    duration: movie?.duration ?? '',
    plot: movie?.plot ?? '',
    imdbRating: movie?.imdbRating ?? '',
    moviePoster: movie?.poster ?? '',
    genre: movie?.genre ?? '',
  },
  slot: slotOut(show),
  id: show.id,
  date: `${show.date}T00:00:00Z`,
  cost: moneyOut(show.cost),
  availableseats: show.free,
});
