import { MovieServiceFault } from './errors.ts';
import type { Movie, MovieLog } from './movie.ts';

/**
 * The movies of an answer, one or an array, by id in the answer's order; a second of the same id is ignored.
 * One whose runtime cannot be read is left out and logged. Throws if nothing of the answer is a movie.
 */
export function readMovies(answer: unknown, log: MovieLog): ReadonlyMap<string, Movie> {
  const entries = Array.isArray(answer) ? answer : [answer];
  const raw = entries.map(fields).filter((field) => field('imdbID') !== '' && field('Title') !== '');
  if (raw.length === 0 && entries.length > 0)
    throw new MovieServiceFault('the movie service sends no movies');

  const movies = new Map<string, Movie>();
  const leftOut: { movieId: string; runtime: string }[] = [];
  for (const field of raw) {
    const movieId = field('imdbID');
    const runtime = field('Runtime');
    const minutes = readMinutes(runtime);
    if (minutes === undefined) leftOut.push({ movieId, runtime });
    else if (!movies.has(movieId)) movies.set(movieId, toMovie(movieId, minutes, field));
  }
  if (leftOut.length > 0) log.warn({ movies: leftOut }, 'movies left out: their runtime cannot be read');
  return movies;
}

type Fields = (name: string) => string;

/** Reads an entry's fields as trimmed text, without regard to the case of their names; absent ones are empty. */
function fields(entry: unknown): Fields {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(Object(entry))) {
    if (typeof value === 'string' || typeof value === 'number')
      values.set(name.toLowerCase(), `${value}`.trim());
  }
  return (name) => values.get(name.toLowerCase()) ?? '';
}

const toMovie = (movieId: string, minutes: number, field: Fields): Movie => ({
  movieId,
  name: field('Title'),
  duration: formatDuration(minutes),
  plot: field('Plot'),
  imdbRating: field('imdbRating'),
  poster: posterIn(field('Poster')),
  genre: field('Genre'),
});

// The service says N/A of what it lacks, which a browser would ask this server for.
const posterIn = (text: string) => (/^(https?:\/\/|\/)./i.test(text) ? text : '');

function readMinutes(runtime: string): number | undefined {
  const [, minutes] = /^([1-9]\d{0,3})\s*(?:min|mins|minutes)?\.?$/i.exec(runtime) ?? [];
  return minutes === undefined ? undefined : Number(minutes);
}

/** As Go writes a time.Duration, which is what existing clients read: 1h53m0s, 1h0m0s, 45m0s. */
export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}h${minutes % 60}m0s` : `${minutes}m0s`;
}
