import type { Span } from '../../api/office-routes.ts';
import { isDay } from '../../text/formats.ts';
import type { Filter } from './occupancy.ts';
import { isKind, type Days, type Kind } from './period.ts';

/** What the page's address asks for. `date` is any date of the period; today's where there is none. */
export type Asked = Filter & { kind: Kind; date: string | undefined };

export function readAsked(query: Record<string, string | undefined>): Asked {
  const { period, date, movie, slot, genre } = query;
  const slotId = Number(slot);
  return {
    kind: isKind(period) ? period : 'week',
    date: isDay(date) ? date : undefined,
    movieId: movie || undefined,
    slotId: slot && Number.isSafeInteger(slotId) ? slotId : undefined,
    genre: genre || undefined,
  };
}

export function addressOf({ kind, date, movieId, slotId, genre }: Asked): string {
  const given = Object.entries({ period: kind, date, movie: movieId, slot: slotId, genre }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, String(value)]]),
  );
  return `/app/desk/revenue?${new URLSearchParams(given)}`;
}

/** The parameters of revenue and export for some days under a filter. */
export const spanOf = ({ from, to }: Days, { movieId, slotId, genre }: Filter): Span => ({
  from,
  to,
  movie_id: movieId,
  slot_id: slotId,
  genre,
});
