import { Type } from 'typebox';
import type { Movie } from '../movies/movies.ts';
import { moneyOut } from '../platform/money.ts';
import { DateParameter, IdParameter, NumberParameter } from '../platform/validation/parameters.ts';
import { component, OneOf } from '../platform/validation/shapes.ts';
import { invalidDate, invalidDays, invalidShowId, showNotFound } from './errors.ts';
import type { ShowRow, SlotRow } from './queries.ts';

/** A month, so that one answer stays small. */
const LONGEST_SCHEDULE_DAYS = 31;

export const Slot = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    startTime: Type.String({ examples: ['08:30:00.000000'] }),
    endTime: Type.String({ examples: ['11:30:00.000000'] }),
  },
  component('Slot'),
);
const MovieOfShow = Type.Object(
  {
    movieId: Type.String(),
    name: Type.String(),
    duration: Type.String({ examples: ['1h53m0s'] }),
    plot: Type.String(),
    imdbRating: Type.String(),
    moviePoster: Type.String(),
    genre: Type.String(),
  },
  component('MovieOfShow'),
);
export const Show = Type.Object(
  {
    movie: MovieOfShow,
    slot: Slot,
    id: Type.Integer(),
    date: Type.String({ format: 'date-time' }),
    cost: Type.Number(),
    availableseats: Type.Integer(),
  },
  component('Show'),
);
const Seat = Type.Object(
  {
    column: Type.String({ examples: ['1'] }),
    occupied: Type.Boolean(),
    price: Type.String({ examples: ['208.97'] }),
    seat_number: Type.String({ examples: ['A1'] }),
    type: OneOf(['Standard', 'Deluxe']),
  },
  component('Seat'),
);
export const SeatMap = Type.Object({ seat_map: Type.Record(Type.String(), Type.Array(Seat)) });
export const ShowParams = Type.Object({
  show_id: IdParameter({
    invalid: () => invalidShowId('Show ID must be a valid integer'),
    notFound: showNotFound,
  }),
});
export const ShowQuery = Type.Object({
  id: IdParameter({
    invalid: () => invalidShowId('Show id must be a valid integer'),
    notFound: showNotFound,
  }),
});
export const SlotQuery = Type.Object({
  date: Type.Optional(
    DateParameter({ invalid: invalidDate, description: 'Today if absent', example: '2030-01-31' }),
  ),
});
export const DayQuery = Type.Object({
  date: Type.Optional(
    DateParameter({
      invalid: invalidDate,
      description: 'Today if absent. Customers may ask for today and the six days after it',
    }),
  ),
});

export const ScheduleQuery = Type.Object({
  from: Type.Optional(DateParameter({ invalid: invalidDate, description: 'Today if absent' })),
  days: Type.Optional(
    NumberParameter({
      invalid: invalidDays,
      from: 1,
      to: LONGEST_SCHEDULE_DAYS,
      description: '7 if absent',
      example: 7,
    }),
  ),
});

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
