import { readId } from '../platform/dates.ts';
import { isReadable } from '../platform/http/validation.ts';
import { readMonth, readYear } from './calendar.ts';
import { invalidParams } from './errors.ts';

const TIMEFRAMES = ['daily', 'weekly', 'monthly', 'yearly', 'all'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];
const PARAMETERS = ['timeframe', 'month', 'year', 'movie_id', 'slot_id', 'genre'] as const;
export type Parameter = (typeof PARAMETERS)[number];
export type RevenueQuery = Partial<Record<Parameter, string>>;

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

/** What a query asks of the revenue. Throws INVALID_PARAMS. */
export function readQuestion(query: RevenueQuery): Question {
  const question = {
    timeframe: readTimeframe(query.timeframe),
    month: readMonth(query.month, invalidParams),
    year: readYear(query.year, invalidParams),
    movieId: readText(query.movie_id),
    slotId: readSlot(query.slot_id),
    genre: readText(query.genre),
  };
  const { timeframe, month, year } = question;
  if (timeframe !== 'all' && (month !== undefined || year !== undefined)) {
    throw invalidParams('Timeframe cannot be combined with month or year filters');
  }
  // The server's parser keeps the order of a query's names.
  const asked = Object.keys(query).filter(isParameter);
  const parts = asked.filter((name) => query[name] && (name !== 'timeframe' || timeframe !== 'all'));
  return { ...question, parts };
}

const isParameter = (name: string): name is Parameter => (PARAMETERS as readonly string[]).includes(name);

function readTimeframe(text: string | undefined): Timeframe {
  const timeframe = TIMEFRAMES.find((known) => known === (text || 'all'));
  if (!timeframe) throw invalidParams();
  return timeframe;
}

function readSlot(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const id = readId(text);
  if (id === undefined) throw invalidParams();
  return id;
}

function readText(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!isReadable(text)) throw invalidParams();
  return text;
}
