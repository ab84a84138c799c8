import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { posterOf } from '../../src/movies/catalogue.ts';
import { createMovies } from '../../src/movies/movies.ts';

const bundled = () =>
  createMovies({
    movieCacheSeconds: 300,
    publicUrl: 'https://cinema.example/',
    log: { warn: () => undefined, debug: () => undefined },
  });

test('without a movie service there are at least twenty-four movies, complete and each its own', async () => {
  const list = await bundled().list();
  assert.ok(list.length >= 24);
  for (const movie of list) {
    assert.match(movie.movieId, /^tt\d{7,8}$/);
    assert.match(movie.duration, /^\dh\d{1,2}m0s$/);
    assert.match(movie.imdbRating, /^[5-9]\.\d$/);
    assert.match(movie.genre, /^[A-Z][\w-]+(, [A-Z][\w-]+){0,2}$/);
    assert.match(movie.plot, /^[A-Z0-9][^.]{20,140}\.$/, 'one sentence');
    assert.equal(movie.poster, `https://cinema.example/posters/${movie.movieId}.svg`);
  }
  for (const field of ['movieId', 'name', 'plot'] as const) {
    assert.equal(new Set(list.map((movie) => movie[field])).size, list.length, field);
  }
});

test('a bundled movie is found, another is not, and a show of one has its id for a name', async () => {
  const movies = bundled();
  assert.equal((await movies.find('tt1375666'))?.duration, '2h28m0s');
  assert.equal(await movies.find('tt0000000'), undefined);
  assert.equal((await movies.describe(['tt0000000'])).get('tt0000000')?.name, 'tt0000000');
});

test('every bundled movie has a poster of its own, the same each time, that draws', async () => {
  const posters = new Set<string>();
  for (const { movieId } of await bundled().list()) {
    const poster = posterOf(movieId) ?? assert.fail(movieId);
    assert.equal(poster, posterOf(movieId));
    assert.match(poster, /#E04B00/);
    assert.doesNotMatch(poster, /NaN|undefined|<script|<style|href|url\((?!#)/);
    posters.add(poster);
    const { width, height } = await sharp(Buffer.from(poster)).metadata();
    assert.deepEqual([width, height], [600, 900]);
  }
  assert.equal(posters.size, (await bundled().list()).length);
  assert.equal(posterOf('tt0000000'), undefined);
});
