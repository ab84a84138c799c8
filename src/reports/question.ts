import { Type, type Static } from 'typebox';
import {
  ChoiceParameter,
  IdParameter,
  NumberParameter,
  TextParameter,
} from '../platform/validation/parameters.ts';
import { invalidParams, timeframeIsCombined } from './errors.ts';

const TIMEFRAMES = ['daily', 'weekly', 'monthly', 'yearly', 'all'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const invalid = invalidParams;
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
  movie_id: Type.Optional(TextParameter({ invalid, description: 'As in GET /show/movies' })),
  slot_id: Type.Optional(IdParameter({ invalid, description: 'As in GET /slot-all', example: undefined })),
  genre: Type.Optional(
    TextParameter({ invalid, description: "A part of the movie's genres", example: 'Drama' }),
  ),
});
export type RevenueQuery = Static<typeof RevenueQuery>;
export type Parameter = keyof RevenueQuery;

export type Question = {
  timeframe: Timeframe;
  month: number | undefined;
  year: number | undefined;
  movieId: string | undefined;
  slotId: number | undefined;
  genre: string | undefined;
  /** The parameters that give a group's label a part, in the order in which the query names them. */
  parts: readonly Parameter[];
};

/** What a query asks of the revenue. Throws INVALID_PARAMS for a timeframe that does not go with the rest. */
export function readQuestion(query: RevenueQuery): Question {
  const { timeframe = 'all', month, year, movie_id: movieId, slot_id: slotId, genre } = query;
  if (timeframe !== 'all' && (month !== undefined || year !== undefined)) {
    throw timeframeIsCombined();
  }
  // The server's parser keeps the order of a query's names.
  const parts = Object.keys(query)
    .filter(isParameter)
    .filter((name) => name !== 'timeframe' || timeframe !== 'all');
  return { timeframe, month, year, movieId, slotId, genre, parts };
}

const isParameter = (name: string): name is Parameter => Object.hasOwn(RevenueQuery.properties, name);
