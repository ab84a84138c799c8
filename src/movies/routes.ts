import { Type } from 'typebox';
import { allow, Answer, type Identity, type Routes } from '../platform/http/http.ts';
import { createReadyAnswers, readyAnswer, type Fresh } from '../platform/http/ready-answers.ts';
import { routeNotFound } from '../platform/errors.ts';
import { TextParameter } from '../platform/validation/parameters.ts';
import { posterOf } from './catalogue.ts';
import type { Movie, Movies } from './movie.ts';

const MovieOnOffer = Type.Object({
  movieId: Type.String(),
  name: Type.String(),
  runtime: Type.String({ examples: ['1h53m0s'] }),
  plot: Type.String(),
  imdbRating: Type.String(),
  poster: Type.String(),
  genre: Type.String(),
});

export const movieRoutes: Routes<{ movies: Movies }> = (app, { movies }) => {
  const answers = createReadyAnswers<'all'>('movies', app.log);
  const listOut = async (): Promise<Fresh> => ({
    data: (await movies.list()).map(onOffer),
    note: undefined,
  });
  const admits = ({ role }: Identity) => role === 'admin';

  for (const path of ['/show/movies', '/shows/movies']) {
    app.get(
      path,
      {
        onRequest: allow('admin'),
        schema: {
          summary: 'The movies that shows can be made of',
          tags: ['shows'],
          response: { 200: Answer(Type.Array(MovieOnOffer)) },
        },
      },
      async (request, reply) => {
        const ready = await answers.get('all', listOut);
        return readyAnswer(request, reply, { ready, admits, message: 'Movies retrieved successfully' });
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
