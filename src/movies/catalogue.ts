import { readFileSync } from 'node:fs';
import catalogue from './catalogue.json' with { type: 'json' };
import type { Movie, MovieSource } from './movie.ts';
import { formatDuration } from './read.ts';

/** The bundled movies (public facts, our own words), their posters under `publicUrl`. */
export function bundledMovies(publicUrl: string): MovieSource {
  const base = publicUrl.replace(/\/+$/, '');
  const movies: ReadonlyMap<string, Movie> = new Map(
    catalogue.map(({ minutes, ...facts }) => [
      facts.movieId,
      { ...facts, duration: formatDuration(minutes), poster: `${base}/posters/${facts.movieId}.svg` },
    ]),
  );
  return { list: async () => movies, find: async (movieId) => movies.get(movieId) };
}

const bundled = new Set(catalogue.map(({ movieId }) => movieId));

/** The poster of a bundled movie as SVG, 600 by 900 units; it needs nothing from elsewhere. */
export function posterOf(movieId: string): string | undefined {
  if (!bundled.has(movieId)) return undefined;
  return readFileSync(new URL(`posters/${movieId}.svg`, import.meta.url), 'utf8');
}
