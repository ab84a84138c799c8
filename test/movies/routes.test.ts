import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { Movies } from '../../src/movies/movies.ts';
import { movieRoutes } from '../../src/movies/routes.ts';
import type { Role } from '../../src/platform/http/http.ts';
import { createEdge, guardEdge } from '../../src/platform/http/edge.ts';
import { createServer } from '../../src/platform/http/server.ts';
import { moviesOf, startFakeService, status } from './fake-service.ts';
import { collectFaults } from '../support/faults.ts';

test('admins see the movies on offer, under both of the paths', async (t) => {
  const { get } = await startApp(t, moviesOf(await startFakeService(t)).movies);
  for (const url of ['/show/movies', '/shows/movies']) {
    const answer = await get(url, 'admin');
    assert.equal(answer.statusCode, 200);
    const { message, status, data } = answer.json<{ message: string; status: string; data: object[] }>();
    assert.deepEqual([message, status], ['Movies retrieved successfully', 'SUCCESS']);
    assert.deepEqual(data[0], {
      movieId: 'tt1',
      name: 'Title of tt1',
      runtime: '1h53m0s',
      plot: 'Somebody does something.',
      imdbRating: '7.5',
      poster: 'https://posters.example/tt1.jpg',
      genre: 'Crime, Drama',
    });
    assert.equal((await get(url, 'customer')).statusCode, 403);
    assert.equal((await get(url, 'staff')).statusCode, 403);
  }
});

test('a movie service out of reach is 503 with Retry-After', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = status(500);
  const { get } = await startApp(t, moviesOf(fake).movies);
  const answer = await get('/show/movies', 'admin');
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.headers['retry-after'], '2');
  assert.equal(answer.json<{ code: string }>().code, 'MOVIE_SERVICE_UNAVAILABLE');
});

test('anybody sees the posters of the bundled movies, without the gateway’s key', async (t) => {
  const { get } = await startApp(t, moviesOf(await startFakeService(t)).movies);
  const answer = await get('/posters/tt1375666.svg');
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^image\/svg\+xml/);
  assert.equal(answer.headers['cache-control'], 'public, max-age=86400');
  assert.equal(answer.headers['content-security-policy'], "default-src 'none'; style-src 'unsafe-inline'");
  assert.match(answer.body, /^<svg .*Inception/s);

  for (const url of [
    '/posters/tt0000000.svg',
    '/posters/tt1375666',
    '/posters/tt1375666.png',
    '/posters/.svg',
  ]) {
    const answer = await get(url);
    assert.deepEqual(
      [answer.statusCode, answer.json<{ code: string }>().code],
      [404, 'ROUTE_NOT_FOUND'],
      url,
    );
    assert.equal(answer.headers['cache-control'], 'no-store');
  }
});

async function startApp(t: TestContext, movies: Movies) {
  const app = createServer({
    faults: collectFaults().faults,
    logger: pino({ level: 'silent' }),
    trustProxy: false,
    identify: async (role) => ({
      username: 'someone',
      role: role as Role,
      sessionId: 'a session',
      expiresAt: new Date(),
    }),
  });
  guardEdge(app, createEdge({ apiGatewayKey: undefined, corsOrigins: '*' }));
  movieRoutes(app, { movies });
  t.after(() => app.close());
  const get = (url: string, role?: Role) =>
    app.inject({ url, ...(role && { headers: { authorization: role } }) });
  return { app, get };
}
