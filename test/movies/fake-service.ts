import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createMovies, type MovieSettings } from '../../src/movies/movies.ts';

export const KEY = 'movie-key';

export const rawMovie = (imdbID: string, more: Record<string, unknown> = {}) => ({
  imdbID,
  Title: `Title of ${imdbID}`,
  Runtime: '113 min',
  Plot: 'Somebody does something.',
  imdbRating: '7.5',
  Poster: `https://posters.example/${imdbID}.jpg`,
  Genre: 'Crime, Drama',
  ...more,
});

/** A movie service on a port of its own whose behaviour a test may change at any moment. */
export async function startFakeService(t: TestContext) {
  const fake = {
    url: '',
    asked: [] as string[],
    movies: [rawMovie('tt1'), rawMovie('tt2')] as unknown[],
    /** Known by id, but not part of the list. */
    unlisted: [] as ReturnType<typeof rawMovie>[],
    answer: undefined as RequestListener | undefined,
    /** Settles when the next request has arrived. */
    nextRequest: () => once(server, 'request'),
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    fake.asked.push(path);
    if (fake.answer !== undefined) return fake.answer(request, response);
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.headers['x-api-key'] !== KEY) return send(403, { error: 'Forbidden' });
    if (path.endsWith('/movies')) return send(200, fake.movies);
    const movie = fake.unlisted.find(({ imdbID }) => path.endsWith(`/movies/${imdbID}`));
    return movie ? send(200, movie) : send(404, { error: 'not found' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return fake;
}

export const status =
  (code: number): RequestListener =>
  (_request, response) =>
    response.writeHead(code, { location: '/elsewhere' }).end('{"error": "no"}');

/** Takes the request and never answers. */
export const silence: RequestListener = () => undefined;

export function moviesOf(fake: { url: string }, more: Partial<MovieSettings> = {}) {
  const logged: { facts: object; message: string }[] = [];
  const movies = createMovies({
    serviceUrl: fake.url,
    apiKey: KEY,
    movieCacheSeconds: 300,
    publicUrl: 'http://localhost:8080',
    log: { warn: (facts, message) => logged.push({ facts, message }), debug: () => undefined },
    ...more,
  });
  return { movies, logged };
}

/** Runs `work` and says how many milliseconds it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}
