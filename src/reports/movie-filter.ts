import type { Movies } from '../movies/movies.ts';
import type { MovieQuestion } from './question.ts';

/**
 * The movies whose shows count; a movie that the service does not know has its id for a name and no genre. Throws
 * MOVIE_SERVICE_UNAVAILABLE.
 */
export async function findMovies(movies: Movies, { movieId, genre }: MovieQuestion) {
  if (movieId === undefined) {
    if (genre === undefined) return { movieIds: undefined, movieName: '' };
    const known = [...(await movies.known()).values()];
    return { movieIds: known.filter((movie) => movie.genre.includes(genre)).map((movie) => movie.movieId) };
  }
  const movie = (await movies.describe([movieId])).get(movieId);
  const counts = genre === undefined || movie?.genre.includes(genre);
  return { movieIds: counts ? [movieId] : [], movieName: movie?.name ?? movieId };
}
