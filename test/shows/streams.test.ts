import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerFrom } from '../../src/platform/process/machine.ts';
import { createStreamCounts } from '../../src/shows/shows.ts';

function openCounts() {
  const counts = createStreamCounts();
  const ask = answerFrom(counts.answerers);
  const asked: number[] = [];
  return {
    opens: (username: string, asker = 1) => {
      const id = (asked[asker] ?? 0) + 1;
      asked[asker] = id;
      return ask('stream opens', { id, username, most: 2 }, asker);
    },
    closes: (id: number, asker = 1) => ask('stream closes', { id }, asker),
    forgetAsker: (asker: number) => counts.forgetAsker(asker),
  };
}

test('a user opens so many streams and no more, over all processes, and others open theirs', async () => {
  const { opens } = openCounts();
  assert.deepEqual(
    [await opens('asha', 1), await opens('asha', 2), await opens('asha', 1), await opens('asha', 2)],
    [true, true, false, false],
  );
  assert.deepEqual(
    [await opens('ravi', 1), await opens('ravi', 1), await opens('ravi', 1)],
    [true, true, false],
  );
});

test('a stream that closes gives its place back, once, and a refused one gives none', async () => {
  const { opens, closes } = openCounts();
  assert.deepEqual([await opens('asha'), await opens('asha'), await opens('asha')], [true, true, false]);
  await closes(3);
  assert.equal(await opens('asha'), false, 'the third had no place');
  await closes(1);
  await closes(1);
  assert.deepEqual([await opens('asha'), await opens('asha')], [true, false]);
  for (const id of [2, 3, 4, 5, 6]) await closes(id);
  assert.deepEqual([await opens('asha'), await opens('asha'), await opens('asha')], [true, true, false]);
});

test('what a process closes that it never opened is nobody’s place', async () => {
  const { opens, closes } = openCounts();
  await opens('asha', 1);
  await opens('asha', 1);
  await closes(1, 2);
  await closes(3, 1);
  assert.equal(await opens('asha', 3), false);
});

test('a process that dies takes its streams with it, and no others', async () => {
  const { opens, closes, forgetAsker } = openCounts();
  await opens('asha', 1);
  await opens('asha', 2);
  forgetAsker(2);
  assert.deepEqual([await opens('asha', 3), await opens('asha', 3)], [true, false]);
  // It is gone: neither its word nor its death counts a second time.
  await closes(1, 2);
  forgetAsker(2);
  assert.equal(await opens('asha', 3), false);
});
