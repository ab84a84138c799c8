import type { ScheduledShow } from '../../api/office-routes.ts';

export type Filter = {
  movieId?: string | undefined;
  slotId?: number | undefined;
  genre?: string | undefined;
};
export type Occupancy = { sold: number; held: number; seats: number };
export type OccupiedDay = Occupancy & { date: string; shows: ScheduledShow[] };

/** Whether a show's bookings are among those that revenue and export count for the same filter. */
export const matches = ({ movie, slot }: Pick<ScheduledShow, 'movie' | 'slot'>, filter: Filter): boolean =>
  (filter.movieId === undefined || movie.movieId === filter.movieId) &&
  (filter.slotId === undefined || slot.id === filter.slotId) &&
  (filter.genre === undefined || movie.genre.includes(filter.genre));

export const ofShow = ({ sold, availableseats }: ScheduledShow, seats: number): Occupancy => ({
  sold,
  held: Math.max(0, seats - availableseats - sold),
  seats,
});

/** The days that have shows, each with its shows and how full they are together. */
export function occupiedDays(shows: readonly ScheduledShow[], seats: number): OccupiedDay[] {
  const days = Map.groupBy(shows, ({ date }) => date.slice(0, 10));
  return [...days].map(([date, shows]) => {
    const each = shows.map((show) => ofShow(show, seats));
    const total = (of: (one: Occupancy) => number) => each.reduce((sum, one) => sum + of(one), 0);
    return {
      date,
      shows,
      sold: total(({ sold }) => sold),
      held: total(({ held }) => held),
      seats: seats * shows.length,
    };
  });
}

/** In whole per cent. Full only where every seat is sold, empty only where none is. */
export function percentSold({ sold, seats }: Pick<Occupancy, 'sold' | 'seats'>): number {
  if (sold === 0 || seats === 0) return 0;
  return sold === seats ? 100 : Math.min(99, Math.max(1, Math.round((sold / seats) * 100)));
}
