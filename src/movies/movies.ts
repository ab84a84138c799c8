import { bundledMovies } from './catalogue.ts';
import { cacheMovies } from './cache.ts';
import { movieService, type Pace } from './service.ts';

/** `duration` is written as Go does, `1h53m0s`; `poster` is a URL; `genre` a list such as `Crime, Drama`. */
export type Movie = {
  movieId: string;
  name: string;
  duration: string;
  plot: string;
  imdbRating: string;
  poster: string;
  genre: string;
};

/** Whatever returns a promise answers within 3 s, or throws MOVIE_SERVICE_UNAVAILABLE if nothing is known yet. */
export type Movies = {
  /** The movies on offer, in the service's order. */
  list(): Promise<Movie[]>;
  find(movieId: string): Promise<Movie | undefined>;
  /** What is known of the movie at this moment; may start a refresh, never waits for it. */
  peek(movieId: string): Movie | undefined;
  /** A movie for each of the ids, with the id for a name where the service knows of none. */
  describe(movieIds: Iterable<string>): Promise<ReadonlyMap<string, Movie>>;
  /** The movies on offer and those that `find` and `describe` came to know besides. */
  known(): Promise<ReadonlyMap<string, Movie>>;
};

export type Log = Record<'warn' | 'debug', (facts: object, message: string) => void>;

export type MovieSettings = {
  /** May carry a path. Undefined: the bundled catalogue, and no HTTP at all. */
  serviceUrl?: string | undefined;
  apiKey?: string | undefined;
  movieCacheSeconds: number;
  /** What the links to the bundled posters begin with. */
  publicUrl: string;
  log: Log;
  pace?: Partial<Pace>;
};

export function createMovies(settings: MovieSettings): Movies {
  const { serviceUrl, apiKey, movieCacheSeconds, publicUrl, log, pace } = settings;
  const source =
    serviceUrl === undefined
      ? bundledMovies(publicUrl)
      : movieService({ url: serviceUrl, apiKey, log, ...(pace && { pace }) });
  return cacheMovies(source, { cacheSeconds: movieCacheSeconds, log });
}
