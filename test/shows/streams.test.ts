import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStreamCounts } from '../../src/shows/shows.ts';

type Answer = (about: object, asker: number) => unknown;

function openCounts() {
  const counts = createStreamCounts();
  const ask = (question: string, about: object, asker: number) =>
    (counts.answers[question] as Answer)(about, asker);
  return {
    opens: (username: string, asker = 1) => ask('stream opens', { username, most: 2 }, asker),
    closes: (username: string, asker = 1) => ask('stream closes', { username }, asker),
    forgetAsker: (asker: number) => counts.forgetAsker(asker),
  };
}

test('a user opens so many streams and no more, over all processes, and others open theirs', () => {
  const { opens } = openCounts();
  assert.deepEqual(
    [opens('asha', 1), opens('asha', 2), opens('asha', 1), opens('asha', 2)],
    [true, true, false, false],
  );
  assert.deepEqual([opens('ravi', 1), opens('ravi', 1), opens('ravi', 1)], [true, true, false]);
});

test('a stream that closes gives its place back, once, and a refused one gives none', () => {
  const { opens, closes } = openCounts();
  assert.deepEqual([opens('asha'), opens('asha'), opens('asha')], [true, true, false]);
  closes('asha');
  assert.deepEqual([opens('asha'), opens('asha')], [true, false]);
  for (let i = 0; i < 4; i++) closes('asha');
  assert.deepEqual([opens('asha'), opens('asha'), opens('asha')], [true, true, false]);
});

test('what a process closes that it never opened is nobody’s place', () => {
  const { opens, closes } = openCounts();
  opens('asha', 1);
  opens('asha', 1);
  closes('asha', 2);
  closes('ravi', 1);
  assert.equal(opens('asha', 3), false);
});

test('a process that dies takes its streams with it, and no others', () => {
  const { opens, closes, forgetAsker } = openCounts();
  opens('asha', 1);
  opens('asha', 2);
  forgetAsker(2);
  assert.deepEqual([opens('asha', 3), opens('asha', 3)], [true, false]);
  // It is gone: neither its word nor its death counts a second time.
  closes('asha', 2);
  forgetAsker(2);
  assert.equal(opens('asha', 3), false);
});
