import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Log } from '../../src/platform/log.ts';
import { createMonthCloser } from '../../src/reports/close-months.ts';

/** A closer of months on a clock that the test moves, and the statements that it has asked. */
function onClock(t: TestContext) {
  let now = 1_000_000;
  t.mock.method(performance, 'now', () => now);
  const asked: ReturnType<typeof Promise.withResolvers<{ rows: never[]; count: number }>>[] = [];
  const on = {
    run: () => {
      const answer = Promise.withResolvers<{ rows: never[]; count: number }>();
      asked.push(answer);
      return answer.promise;
    },
  };
  const warned: unknown[] = [];
  const log = { warn: (_facts: object, message: string) => warned.push(message) } as unknown as Log;
  const closer = createMonthCloser({ on, zone: 'UTC', log });
  const answer = async (more: boolean) => {
    asked.at(-1)?.resolve({ rows: [{ more }] as never[], count: 1 });
    await new Promise(setImmediate);
  };
  const fail = async () => {
    asked.at(-1)?.reject(new Error('away'));
    await new Promise(setImmediate);
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { closer, asked, answer, fail, warned, pass };
}

test('one request closes months one after the other, until there are no more', async (t) => {
  const { closer, asked, answer } = onClock(t);
  closer.look();
  closer.look();
  assert.equal(asked.length, 1);
  await answer(true);
  assert.equal(asked.length, 2);
  closer.look();
  await answer(false);
  assert.equal(asked.length, 2);
});

test('after a closing it rests a second, and ten times as long as it took', async (t) => {
  for (const [tookMs, restMs] of [
    [10, 1_000],
    [500, 5_000],
  ] as const) {
    const { closer, asked, answer, pass } = onClock(t);
    closer.look();
    pass(tookMs);
    await answer(false);
    pass(restMs - 1);
    closer.look();
    assert.equal(asked.length, 1);
    pass(1);
    closer.look();
    assert.equal(asked.length, 2);
    t.mock.restoreAll();
  }
});

test('a closing that fails is told, and tried again after the rest', async (t) => {
  const { closer, asked, fail, warned, pass } = onClock(t);
  closer.look();
  await fail();
  assert.deepEqual(warned, ['months could not be closed; reports are slower']);
  pass(1_000);
  closer.look();
  assert.equal(asked.length, 2);
});
