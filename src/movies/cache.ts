import { movieServiceUnavailable } from './errors.ts';
import type { Movie, MovieLog, Movies, MovieSource } from './movie.ts';
import { createStaleCache, within } from './stale-cache.ts';

// rules.md promises 3 s. The rest is for the request around it.
const READER_LIMIT_MS = 2_800;
const WAIT_MS = 250;
const MOST_OTHERS = 1_000;
// Fits the column show.movie_id, and leads to no other path of the service.
const READABLE_ID = /^[\w-]{1,30}$/;

const ALL = 'all';

/** Keeps the movies of a source: it is read once however many wait, and its last answer serves on while it fails. */
export function cacheMovies(
  source: MovieSource,
  { cacheSeconds, log }: { cacheSeconds: number; log: MovieLog },
): Movies {
  const keep = <T>(read: (key: string) => Promise<T>, mostKeys: number) =>
    createStaleCache<T>({
      read(key) {
        log.debug({ cache: 'movies', key }, 'read anew');
        return read(key);
      },
      freshSeconds: cacheSeconds,
      mostKeys,
      waitMs: WAIT_MS,
      onFirstFailure: (err) => log.warn({ err }, 'the movie service fails'),
    });
  const lists = keep(() => source.list(), 1);
  // Movies that are not on the list, and ids that the service does not know either.
  const others = keep((movieId) => source.find(movieId), MOST_OTHERS);

  const find = async (movieId: string) =>
    (await lists.get(ALL)).get(movieId) ?? (READABLE_ID.test(movieId) ? others.get(movieId) : undefined);

  async function describe(movieIds: Iterable<string>): Promise<ReadonlyMap<string, Movie>> {
    const movies = await inTime(lists.get(ALL));
    // A list of shows does not wait long for the name of one movie.
    const described = Array.from(new Set(movieIds), async (movieId) => {
      const other = movies.has(movieId) || !READABLE_ID.test(movieId) ? undefined : others.getSoon(movieId);
      return [movieId, movies.get(movieId) ?? (await other) ?? nameless(movieId)] as const;
    });
    return new Map(await Promise.all(described));
  }

  async function known(): Promise<ReadonlyMap<string, Movie>> {
    const movies = new Map(await inTime(lists.get(ALL)));
    for (const movieId of others.keys()) {
      const movie = others.peek(movieId);
      if (movie !== undefined && !movies.has(movieId)) movies.set(movieId, movie);
    }
    return movies;
  }

  return {
    list: async () => [...(await inTime(lists.get(ALL))).values()],
    find: (movieId) => inTime(find(movieId)),
    describe,
    known,
  };
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  try {
    return await within(READER_LIMIT_MS, answer, () => {
      throw new Error('the movie service has not answered in time');
    });
  } catch (error) {
    throw movieServiceUnavailable(error);
  }
}

const nameless = (movieId: string): Movie => ({
  movieId,
  name: movieId,
  duration: '0s',
  plot: '',
  imdbRating: '',
  poster: '',
  genre: '',
});
