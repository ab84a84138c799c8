import { createMovies, type Movies } from '../movies/movies.ts';
import type { Log } from '../platform/log.ts';
import type { Config } from './config.ts';

/** The movie service, or the bundled catalogue where none is configured. */
export function openMovies({ movies: service, publicUrl }: Config, log: Log): Movies {
  const { url: serviceUrl, apiKey, cacheSeconds: movieCacheSeconds } = service;
  const movies = createMovies({ serviceUrl, apiKey, movieCacheSeconds, publicUrl, log });
  // Reads the list now, so it is in memory before the first customer needs it.
  void movies.list().catch(() => undefined);
  return movies;
}
