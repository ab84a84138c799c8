import catalogue from './catalogue.json' with { type: 'json' };
import type { MovieSource } from './cache.ts';
import type { Motif, Palette } from './motifs.ts';
import type { Movie } from './movies.ts';
import { drawPoster } from './poster.ts';
import { formatDuration } from './read.ts';

/** A movie that comes with the house: public facts, our own words and our own poster. */
export type BundledMovie = Omit<Movie, 'duration' | 'poster'> & {
  minutes: number;
  motif: Motif;
  palette: Palette;
};

const bundled = new Map((catalogue as unknown as BundledMovie[]).map((movie) => [movie.movieId, movie]));

/** The bundled movies, their posters under `publicUrl`. */
export function bundledMovies(publicUrl: string): MovieSource {
  const base = publicUrl.replace(/\/+$/, '');
  const movies: ReadonlyMap<string, Movie> = new Map(
    bundled.entries().map(([movieId, { minutes, motif: _motif, palette: _palette, ...facts }]) => {
      return [
        movieId,
        { ...facts, duration: formatDuration(minutes), poster: `${base}/posters/${movieId}.svg` },
      ];
    }),
  );
  return { list: async () => movies, find: async (movieId) => movies.get(movieId) };
}

/** The poster of a bundled movie as SVG. */
export function posterOf(movieId: string): string | undefined {
  const movie = bundled.get(movieId);
  return movie && drawPoster(movie);
}
