import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createReadyAnswers, isGood } from '../../../src/platform/http/ready-answers.ts';

/** Ready answers on a clock that stands still until the test moves it; `get` gives the number of the build. */
function onClock(t: TestContext) {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const answers = createReadyAnswers<string>('answers', { debug: () => {} });
  let builds = 0;
  const get = async (goodForMs?: number, duringBuild = () => {}) => {
    const { text } = await answers.get('a', async () => {
      duringBuild();
      builds += 1;
      return { data: builds, note: undefined, ...(goodForMs !== undefined && { goodForMs }) };
    });
    return Number.parseInt(text, 10);
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { answers, get, pass };
}

test('an answer is given again until the first of what it says ends', async (t) => {
  const { get, pass } = onClock(t);
  assert.equal(await get(100), 1);
  pass(99);
  assert.equal(await get(100), 1);
  pass(2);
  assert.equal(await get(100), 2);
});

test('an answer that ends later, or never, is given for no longer than a quarter of a second', async (t) => {
  for (const goodForMs of [undefined, 60_000, Number.POSITIVE_INFINITY]) {
    const { get, pass } = onClock(t);
    assert.equal(await get(goodForMs), 1);
    pass(249);
    assert.equal(await get(goodForMs), 1);
    pass(2);
    assert.equal(await get(goodForMs), 2);
    t.mock.restoreAll();
  }
});

test('the time that an answer took to build counts, since what it read may be as old as that', async (t) => {
  const { get, pass } = onClock(t);
  assert.equal(await get(100, () => pass(80)), 1);
  pass(30);
  assert.equal(await get(100), 2);
});

test('an answer that is dropped, while it is built as well, is good for nobody who asks from then on', async (t) => {
  const { answers, get } = onClock(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  const early = answers.get('a', async () => {
    await promise;
    return { data: 'early', note: undefined };
  });
  answers.drop('a');
  const late = get();
  resolve();
  assert.equal(await late, 1);
  assert.equal(isGood(await early), false);

  const known = await answers.get('a', () => Promise.reject(new Error('it is known')));
  assert.equal(isGood(known), true);
  answers.clear();
  assert.equal(isGood(known), false);
  assert.equal(await get(), 2);
});

test('a build that fails is not kept', async (t) => {
  const { answers, get } = onClock(t);
  await assert.rejects(
    answers.get('a', () => Promise.reject(new Error('away'))),
    /away/,
  );
  assert.equal(await get(), 1);
});
