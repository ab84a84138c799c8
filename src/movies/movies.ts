import { bundledMovies } from './catalogue.ts';
import { cacheMovies } from './cache.ts';
import type { MovieLog, Movies } from './movie.ts';
import { movieService, type Pace } from './service.ts';

export { movieServiceUnavailable } from './errors.ts';
export type { Movie, Movies } from './movie.ts';

export type MovieSettings = {
  /** May carry a path. Undefined: the bundled catalogue, and no HTTP at all. */
  serviceUrl?: string | undefined;
  apiKey?: string | undefined;
  movieCacheSeconds: number;
  /** What the links to the bundled posters begin with. */
  publicUrl: string;
  log: MovieLog;
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
