import { Type } from 'typebox';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { createAnswerCache, type Content } from '../platform/http/answer-cache.ts';
import { sendCached } from '../platform/http/send-cached.ts';
import { routeNotFound } from '../platform/errors.ts';
import { TextParameter } from '../platform/validation/parameters.ts';
import { component } from '../platform/validation/shapes.ts';
import { posterOf } from './catalogue.ts';
import { movieServiceUnavailable } from './errors.ts';
import type { Movie, Movies } from './movie.ts';

const MovieOnOffer = Type.Object(
  {
    movieId: Type.String(),
    name: Type.String(),
    runtime: Type.String({ examples: ['1h53m0s'] }),
    plot: Type.String(),
    imdbRating: Type.String(),
    poster: Type.String(),
    genre: Type.String(),
  },
  component('Movie'),
);

export const movieRoutes: Routes<{ movies: Movies }> = (app, { movies }) => {
  const answers = createAnswerCache<'all'>({ name: 'movies', log: app.log });
  const listOut = async (): Promise<Content> => ({
    data: (await movies.list()).map(onOffer),
    facts: undefined,
  });

  for (const [path, deprecated] of [
    ['/show/movies', false],
    ['/shows/movies', true],
  ] as const) {
    app.get(
      path,
      {
        onRequest: allow('admin'),
        schema: {
          summary: 'The movies that shows can be made of',
          tags: ['shows'],
          deprecated,
          response: { 200: Answer(Type.Array(MovieOnOffer)) },
          refusals: [movieServiceUnavailable()],
        },
      },
      async (request, reply) => {
        const answer = await answers.get('all', listOut);
        sendCached(request, reply, { answer, message: 'Movies retrieved successfully' });
      },
    );
  }

  app.get(
    '/posters/:movieId.svg',
    {
      config: { keyless: true },
      schema: {
        summary: 'The poster of a movie of the bundled catalogue',
        tags: ['movies'],
        params: Type.Object({ movieId: TextParameter({ invalid: routeNotFound, example: 'tt0111161' }) }),
        produces: ['image/svg+xml'],
      },
    },
    async (request, reply) => {
      const poster = posterOf(request.params.movieId);
      if (poster === undefined) return reply.callNotFound();
      return reply
        .headers({
          'content-type': 'image/svg+xml; charset=utf-8',
          'cache-control': 'public, max-age=86400',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        })
        .send(poster);
    },
  );
};

const onOffer = ({ movieId, name, duration, plot, imdbRating, poster, genre }: Movie) => ({
  movieId,
  name,
  runtime: duration,
  plot,
  imdbRating,
  poster,
  genre,
});
