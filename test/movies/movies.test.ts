import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moviesOf, rawMovie, startFakeService, status } from './fake-service.ts';

test('the list is the service’s, in its order, with the runtime as Go writes a duration', async (t) => {
  const fake = await startFakeService(t);
  fake.movies = [
    rawMovie('tt9', { Runtime: '113 min' }),
    rawMovie('tt3', { Runtime: '60 min' }),
    rawMovie('tt5', { Runtime: '45 min' }),
  ];
  const list = await moviesOf(fake).movies.list();

  assert.deepEqual(
    list.map(({ movieId, duration }) => [movieId, duration]),
    [
      ['tt9', '1h53m0s'],
      ['tt3', '1h0m0s'],
      ['tt5', '45m0s'],
    ],
  );
  assert.deepEqual(list[0], {
    movieId: 'tt9',
    name: 'Title of tt9',
    duration: '1h53m0s',
    plot: 'Somebody does something.',
    imdbRating: '7.5',
    poster: 'https://posters.example/tt9.jpg',
    genre: 'Crime, Drama',
  });
});

test('what stands for a poster that the service lacks is no link to anything', async (t) => {
  const fake = await startFakeService(t);
  const posters = ['N/A', ' n/a ', 'NA', '-', 'null', 'none', '', 'javascript:alert(1)', 'https://'];
  const links = ['https://posters.example/1.jpg', 'HTTP://posters.example/1.jpg', '/posters/1.jpg'];
  fake.movies = [...posters, ...links].map((Poster, place) => rawMovie(`tt${place}`, { Poster }));
  const list = await moviesOf(fake).movies.list();
  assert.deepEqual(
    list.map(({ poster }) => poster),
    [...posters.map(() => ''), ...links],
  );
});

test('the names of fields are matched without regard to case, and a service may send one object', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = (_request, response) =>
    response.end(
      '{"IMDBID": "tt1", "title": "One", "RUNTIME": "90 MIN", "imdbrating": 7.5, "gEnRe": "Drama"}',
    );
  const [movie] = await moviesOf(fake).movies.list();
  assert.deepEqual(movie, {
    movieId: 'tt1',
    name: 'One',
    duration: '1h30m0s',
    plot: '',
    imdbRating: '7.5',
    poster: '',
    genre: 'Drama',
  });
});

test('a movie whose runtime cannot be read is left out and logged', async (t) => {
  const fake = await startFakeService(t);
  const unreadable = ['N/A', '', undefined, null, '-5 min', '1.5 min', 'abc min', '99999 min', 'min'];
  fake.movies = [rawMovie('tt1'), ...unreadable.map((Runtime, i) => rawMovie(`bad${i}`, { Runtime }))];
  const { movies, logged } = moviesOf(fake);

  assert.deepEqual(
    (await movies.list()).map(({ movieId }) => movieId),
    ['tt1'],
  );
  assert.equal(logged.length, 1);
  assert.match(JSON.stringify(logged), /bad0.*N\/A/);
  assert.equal(await movies.find('bad0'), undefined);
});

test('entries that are no movies, and a second of the same id, are ignored beside good ones', async (t) => {
  const fake = await startFakeService(t);
  fake.movies = [null, 7, 'x', { Title: 'no id' }, rawMovie('tt1'), rawMovie('tt1', { Title: 'again' })];
  const list = await moviesOf(fake).movies.list();
  assert.deepEqual(
    list.map(({ name }) => name),
    ['Title of tt1'],
  );
});

test('an empty list is an answer', async (t) => {
  const fake = await startFakeService(t);
  fake.movies = [];
  assert.deepEqual(await moviesOf(fake).movies.list(), []);
});

test('the service’s URL may carry a path, with or without a slash at its end', async (t) => {
  const fake = await startFakeService(t);
  for (const path of ['/movie-service', '/movie-service/']) {
    await moviesOf({ url: fake.url + path }).movies.find('tt77');
  }
  const expected = ['/movie-service/movies', '/movie-service/movies/tt77'];
  assert.deepEqual(fake.asked, [...expected, ...expected]);
});

test('sixty-four readers at once cost one request, and a warm cache none', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake);
  const lists = await Promise.all(Array.from({ length: 64 }, () => movies.list()));
  assert.ok(lists.every((list) => list.length === 2));
  await movies.find('tt1');
  await movies.describe(['tt1', 'tt2']);
  assert.deepEqual(fake.asked, ['/movies']);
});

test('an id that the list lacks is asked for once, whether or not the service knows it', async (t) => {
  const fake = await startFakeService(t);
  fake.unlisted = [rawMovie('tt77')];
  const { movies } = moviesOf(fake);
  for (let i = 0; i < 3; i++) {
    const found = await Promise.all(Array.from({ length: 20 }, () => movies.find('tt77')));
    assert.ok(found.every((movie) => movie?.name === 'Title of tt77'));
    assert.equal(await movies.find('tt404'), undefined);
  }
  assert.deepEqual(fake.asked, ['/movies', '/movies/tt77', '/movies/tt404']);
  assert.deepEqual([...(await movies.known()).keys()], ['tt1', 'tt2', 'tt77']);
});

test('an id that no show can have, or that would lead elsewhere, is unknown without asking', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake);
  for (const id of ['', '..', '.', 'a/b', '../admin', 'tt1?x=1', 'x'.repeat(31), 'tt 1', '\u0000']) {
    assert.equal(await movies.find(id), undefined);
  }
  assert.deepEqual(fake.asked, ['/movies']);
});

test('a movie that answers under another id is not the one asked for', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake);
  await movies.list();
  fake.answer = (_request, response) => response.end(JSON.stringify(rawMovie('tt1')));
  assert.equal(await movies.find('tt78'), undefined);
});

test('a show whose movie the service does not know has the id for a name', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake);
  const described = await movies.describe(['tt2', 'tt404', 'tt2']);
  assert.deepEqual([...described.keys()], ['tt2', 'tt404']);
  assert.equal(described.get('tt2')?.name, 'Title of tt2');
  assert.deepEqual(described.get('tt404'), {
    movieId: 'tt404',
    name: 'tt404',
    duration: '0s',
    plot: '',
    imdbRating: '',
    poster: '',
    genre: '',
  });
});

test('a wrong key is a failure that names the setting and not the key', async (t) => {
  const fake = await startFakeService(t);
  const { movies, logged } = moviesOf(fake, { apiKey: 'wrong-key' });
  await assert.rejects(movies.list(), {
    code: 'MOVIE_SERVICE_UNAVAILABLE',
    status: 503,
    retryAfterSeconds: 2,
  });
  assert.deepEqual(fake.asked, ['/movies'], 'asking again would not help');
  const said = logged.map(({ facts }) => String(Object.values(facts)[0])).join();
  assert.match(said, /MOVIE_SERVICE_API_KEY/);
  assert.doesNotMatch(said, /wrong-key/);
});

test('a redirect is not followed, so that the key stays with the service', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = status(302);
  await assert.rejects(moviesOf(fake).movies.list(), { code: 'MOVIE_SERVICE_UNAVAILABLE' });
  assert.deepEqual(fake.asked, ['/movies']);
});
