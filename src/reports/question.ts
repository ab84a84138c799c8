import { Type, type Static } from 'typebox';
import {
  ChoiceParameter,
  IdParameter,
  NumberParameter,
  TextParameter,
} from '../platform/validation/parameters.ts';
import { invalidParams, timeframeIsCombined } from './errors.ts';
import { periodParameters, readPeriod, type Period } from './period.ts';

const TIMEFRAMES = ['daily', 'weekly', 'monthly', 'yearly', 'all'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const invalid = invalidParams;
/** Which shows' bookings count, the same for revenue and export. */
export const showParameters = {
  movie_id: Type.Optional(TextParameter({ invalid, description: 'As in GET /show/movies' })),
  slot_id: Type.Optional(IdParameter({ invalid, description: 'As in GET /slot-all', example: undefined })),
  genre: Type.Optional(
    TextParameter({ invalid, description: "A part of the movie's genres", example: 'Drama' }),
  ),
};
export const RevenueQuery = Type.Object({
  timeframe: Type.Optional(
    ChoiceParameter(TIMEFRAMES, {
      invalid,
      description: '`all` if absent. With month or year only `all`',
      example: 'monthly',
    }),
  ),
  month: Type.Optional(NumberParameter({ invalid, from: 1, to: 12 })),
  year: Type.Optional(NumberParameter({ invalid, from: 1, to: 9_999 })),
  from: Type.Optional(periodParameters.from),
  to: Type.Optional(periodParameters.to),
  ...showParameters,
});
export type RevenueQuery = Static<typeof RevenueQuery>;
/** The parameters that give a group's label a part. */
const PARTS = ['timeframe', 'month', 'year', 'movie_id', 'slot_id', 'genre'] as const;
export type Part = (typeof PARTS)[number];

/** Which movies are asked for. */
export type MovieQuestion = { movieId: string | undefined; genre: string | undefined };

export type Question = MovieQuestion & {
  timeframe: Timeframe;
  month: number | undefined;
  year: number | undefined;
  period: Period | undefined;
  slotId: number | undefined;
  /** In the order in which the query names them. */
  parts: readonly Part[];
};

/** What a query asks of the revenue. Throws INVALID_PARAMS for a timeframe or a period that does not go with the rest. */
export function readQuestion(query: RevenueQuery): Question {
  const { timeframe = 'all', month, year, movie_id: movieId, slot_id: slotId, genre } = query;
  if (timeframe !== 'all' && (month !== undefined || year !== undefined)) {
    throw timeframeIsCombined();
  }
  // The server's parser keeps the order of a query's names.
  const parts = Object.keys(query)
    .filter(isPart)
    .filter((name) => name !== 'timeframe' || timeframe !== 'all');
  return { timeframe, month, year, period: readPeriod(query), movieId, slotId, genre, parts };
}

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);
