import { LRUCache } from 'lru-cache';
import { movieServiceUnavailable } from './errors.ts';
import type { Movie, MovieLog, Movies, MovieSource } from './movie.ts';
import { remember, within, type Remembered } from './remember.ts';

// rules.md gives 3 s; the rest is left to the request around it.
const READER_LIMIT_MS = 2_800;
const PATIENCE_MS = 250;
const SINGLES_KEPT = 1_000;
// What the column show.movie_id can hold, and what cannot lead to another path of the service.
const ASKABLE_ID = /^[\w-]{1,30}$/;

/** Movies out of `source`: asked once however many wait, and its last answer serves on while it fails. */
export function cacheMovies(
  source: MovieSource,
  { cacheSeconds, log }: { cacheSeconds: number; log: MovieLog },
): Movies {
  const cached = <T>(what: string, ask: () => Promise<T>) => {
    const refresh = () => {
      log.debug({ cache: 'movies', key: what }, 'read anew');
      return ask();
    };
    return remember(refresh, {
      seconds: cacheSeconds,
      patienceMs: PATIENCE_MS,
      onFirstFailure: (err) => log.warn({ err }, 'the movie service fails'),
    });
  };
  const listed = cached('all', () => source.list());
  // Ids the list does not know; that the service does not know them either is remembered as well.
  const singles = new LRUCache<string, Remembered<Movie | undefined>>({ max: SINGLES_KEPT });

  function singleOf(movieId: string): Remembered<Movie | undefined> | undefined {
    if (!ASKABLE_ID.test(movieId)) return undefined;
    let single = singles.get(movieId);
    if (single === undefined) {
      single = cached(movieId, () => source.find(movieId));
      singles.set(movieId, single);
    }
    return single;
  }

  const find = async (movieId: string) => (await listed.get()).get(movieId) ?? singleOf(movieId)?.get();

  async function describe(movieIds: Iterable<string>): Promise<ReadonlyMap<string, Movie>> {
    const movies = await inTime(listed.get());
    // A list of shows does not wait long for the name of one movie.
    const described = Array.from(new Set(movieIds), async (movieId) => {
      const movie = movies.get(movieId) ?? (await singleOf(movieId)?.soon()) ?? nameless(movieId);
      return [movieId, movie] as const;
    });
    return new Map(await Promise.all(described));
  }

  async function known(): Promise<ReadonlyMap<string, Movie>> {
    const movies = new Map(await inTime(listed.get()));
    for (const [movieId, single] of singles) {
      const movie = single.peek();
      if (movie !== undefined && !movies.has(movieId)) movies.set(movieId, movie);
    }
    return movies;
  }

  return {
    list: async () => [...(await inTime(listed.get())).values()],
    find: (movieId) => inTime(find(movieId)),
    peek: (movieId) => listed.peek()?.get(movieId) ?? singles.get(movieId)?.peek(),
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
