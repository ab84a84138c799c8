import type { ScheduledShow, Slot } from '../../web/api/office-routes.ts';

const slot = (id: number, name: string, startTime: string, endTime: string): Slot => ({
  id,
  name,
  startTime: `${startTime}:00.000000`,
  endTime: `${endTime}:00.000000`,
});
export const MORNING = slot(1, 'Morning', '08:30', '11:30');
export const AFTERNOON = slot(2, 'Afternoon', '12:30', '15:30');
export const LATE = slot(3, 'Late', '22:00', '00:30');
export const SLOTS = [MORNING, AFTERNOON, LATE];

type About = { movieId?: string; genre?: string; cost?: number; sold?: number; free?: number };

/** A show of a date in a slot. */
export const showOf = (
  date: string,
  in_: Slot,
  { movieId = 'tt1', genre = 'Crime, Drama', cost = 200, sold = 0, free = 100 - sold }: About = {},
): ScheduledShow => ({
  id: Number(date.replaceAll('-', '')) * 10 + in_.id,
  date: `${date}T00:00:00Z`,
  slot: in_,
  cost,
  sold,
  availableseats: free,
  movie: {
    movieId,
    name: `Movie ${movieId}`,
    duration: '1h53m0s',
    plot: '',
    imdbRating: '',
    moviePoster: '',
    genre,
  },
});
