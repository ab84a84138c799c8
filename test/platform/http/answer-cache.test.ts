import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createAnswerCache } from '../../../src/platform/http/answer-cache.ts';

/** A cache on a clock that stands still until the test moves it; `get` returns the number of the read. */
function onClock(t: TestContext) {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const answers = createAnswerCache<string>('answers', { debug: () => {} });
  let reads = 0;
  const get = async (validForMs?: number, duringRead = () => {}) => {
    const { dataOn } = await answers.get('a', async () => {
      duringRead();
      reads += 1;
      return { data: reads, facts: undefined, ...(validForMs !== undefined && { validForMs }) };
    });
    return Number(/\d+/.exec(String(dataOn)));
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
  for (const validForMs of [undefined, 60_000, Number.POSITIVE_INFINITY]) {
    const { get, pass } = onClock(t);
    assert.equal(await get(validForMs), 1);
    pass(249);
    assert.equal(await get(validForMs), 1);
    pass(2);
    assert.equal(await get(validForMs), 2);
    t.mock.restoreAll();
  }
});

test('the time that an answer took to read counts, since what it read may be as old as that', async (t) => {
  const { get, pass } = onClock(t);
  assert.equal(await get(100, () => pass(80)), 1);
  pass(30);
  assert.equal(await get(100), 2);
});

test('an answer that is dropped, also while it is read, is given to no later request', async (t) => {
  const { answers, get } = onClock(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  const early = answers.get('a', async () => {
    await promise;
    return { data: 'early', facts: undefined };
  });
  answers.drop('a');
  const late = get();
  resolve();
  assert.equal(await late, 1);
  assert.equal((await early).isValid(), false);

  const known = await answers.get('a', () => Promise.reject(new Error('it is known')));
  assert.equal(known.isValid(), true);
  answers.clear();
  assert.equal(known.isValid(), false);
  assert.equal(await get(), 2);
});

test('a read that fails is not kept', async (t) => {
  const { answers, get } = onClock(t);
  await assert.rejects(
    answers.get('a', () => Promise.reject(new Error('away'))),
    /away/,
  );
  assert.equal(await get(), 1);
});
