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

/** Each promise settles within 3 s. It rejects with MOVIE_SERVICE_UNAVAILABLE where nothing is known yet. */
export type Movies = {
  /** The movies on offer, in the service's order. */
  list(): Promise<Movie[]>;
  find(movieId: string): Promise<Movie | undefined>;
  /** A movie for each of the ids, with the id for a name where the service knows of none. */
  describe(movieIds: Iterable<string>): Promise<ReadonlyMap<string, Movie>>;
  /** The movies on offer and those that `find` and `describe` came to know besides. */
  known(): Promise<ReadonlyMap<string, Movie>>;
};

/** Where movies come from: the movie service, or the bundled catalogue. Rejects with any error. */
export type MovieSource = {
  /** By id, in the source's order. */
  list(): Promise<ReadonlyMap<string, Movie>>;
  find(movieId: string): Promise<Movie | undefined>;
};

export type MovieLog = Record<'warn' | 'debug', (facts: object, message: string) => void>;
