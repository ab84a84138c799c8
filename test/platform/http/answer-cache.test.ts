import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createAnswerCache } from '../../../src/platform/http/answer-cache.ts';

/** A cache on a clock that stands still until the test moves it; `get` returns the number of the read. */
function onClock(t: TestContext) {
  let now = performance.now();
  let hears = false;
  t.mock.method(performance, 'now', () => now);
  const answers = createAnswerCache<string>({
    name: 'answers',
    log: { debug: () => {} },
    hearsChanges: () => hears,
  });
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
  const hear = (isHeard: boolean) => {
    hears = isHeard;
  };
  return { answers, get, pass, hear };
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

test('while changes are heard of an answer is given for up to a second and three quarters, and not a moment after', async (t) => {
  const { get, pass, hear } = onClock(t);
  hear(true);
  assert.equal(await get(), 1);
  pass(1_749);
  assert.equal(await get(), 1);
  hear(false);
  assert.equal(await get(), 2, 'what is older than a quarter of a second is not given without notices');
  hear(true);
  pass(1_751);
  assert.equal(await get(), 3);
  pass(900);
  assert.equal(await get(800), 3, 'the end of a hold');
});

test('answers in use are read along before they are too old, and the unchanged are not written again', async (t) => {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const cache = createAnswerCache<string, string>({
    name: 'a',
    log: { debug() {} },
    hearsChanges: () => true,
  });
  const reads: string[] = [];
  let state = 'old';
  const get = (key: string) =>
    cache.get(key, async (before) => {
      reads.push(key);
      return before === state ? { isUnchanged: true } : { data: state, facts: state };
    });
  const first = await get('used');
  await get('unused');
  now += 500;
  await get('young');
  now += 600;
  reads.length = 0;
  assert.ok(first.isValid(), 'as the fast path asks');
  await get('another');
  await new Promise(setImmediate);
  assert.deepEqual(reads.toSorted(), ['another', 'unused', 'used']);
  now += 1_200;
  assert.ok(first.isValid(), 'renewed where it is');
  const again = await get('used');
  assert.equal(again, first);

  state = 'new';
  await get('yet another');
  await new Promise(setImmediate);
  assert.equal(first.isValid(), false, 'what has changed is read anew');
  assert.equal((await get('used')).facts, 'new');
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
