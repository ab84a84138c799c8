import type { Failure, Refused } from '../../api/failures.ts';
import type { ScheduledShow, Slot } from '../../api/office-routes.ts';
import { addDays, toPaise } from '../../text/formats.ts';
import { isPast, showAt, type Board } from './week.ts';

/** A show that is to be scheduled. */
export type Wish = {
  date: string;
  slot: Slot;
  movieId: string;
  name: string;
  /** Its running time, as the API writes it; empty where it is not known. */
  duration: string;
  costPaise: number;
};
export type State =
  /** Nothing is in its way. */
  | { kind: 'ready' }
  /** The same movie is there already. */
  | { kind: 'there'; costPaise: number }
  | { kind: 'taken'; by: string }
  | { kind: 'past' }
  | { kind: 'sending' }
  | { kind: 'scheduled' }
  | { kind: 'refused'; failure: Refused }
  /** No answer came, so it may have been scheduled or not. */
  | { kind: 'unknown'; failure: Failure }
  /** The server did nothing, but may do it later. */
  | { kind: 'failed'; failure: Failure };
export type Step = { wish: Wish; state: State };

/** What is in the way of a show, as far as a board tells. */
export function judge(wish: Wish, board: Board, now: string): State {
  const show = showAt(board, wish.date, wish.slot);
  if (show?.movie.movieId === wish.movieId) return { kind: 'there', costPaise: toPaise(show.cost) };
  if (show) return { kind: 'taken', by: show.movie.name };
  return isPast(wish.date, wish.slot, now) ? { kind: 'past' } : { kind: 'ready' };
}

/** The same shows so many days later, in the order of the days. */
export const copiesOf = (shows: readonly ScheduledShow[], shifts: readonly number[]): Wish[] =>
  shifts.flatMap((days) =>
    shows.map(({ date, slot, movie, cost }) => ({
      date: addDays(date, days),
      slot,
      movieId: movie.movieId,
      name: movie.name,
      duration: movie.duration,
      costPaise: toPaise(cost),
    })),
  );

export const stepsOf = (wishes: readonly Wish[], board: Board, now: string): Step[] =>
  wishes.map((wish) => ({ wish, state: judge(wish, board, now) }));

/** Whether it can still become a show. */
export const isOpen = ({ state: { kind } }: Step): boolean =>
  kind === 'ready' || kind === 'sending' || kind === 'unknown' || kind === 'failed';
/** Whether the show is there, now or since before. */
export const isDone = ({ state: { kind } }: Step): boolean => kind === 'scheduled' || kind === 'there';
