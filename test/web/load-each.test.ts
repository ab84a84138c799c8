import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRefusal, type Result } from '../../web/api/failures.ts';
import { loadEach } from '../../web/api/load-each.ts';

const refused = (status: number, headers = {}) => ({
  failure: readRefusal(status, new Headers(headers), { code: 'X' }),
});

/** Loads ids against answers in turn, and tells what became of each, how long it waited, and how many ran at once. */
async function play(answers: Record<number, Result<string>[]>, leavesAfter = Number.POSITIVE_INFINITY) {
  const leaving = new AbortController();
  const heard: string[] = [];
  const waits: number[] = [];
  let [running, most, asked] = [0, 0, 0];
  await loadEach<string>({
    ids: Object.keys(answers).map(Number),
    load: async (id) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (++asked >= leavesAfter) leaving.abort();
      return answers[id]?.shift() ?? { failure: { kind: 'lost' } };
    },
    onResult: (id, { data, failure }) => heard.push(`${id} ${data ?? failure?.kind}`),
    wait: async (ms) => void waits.push(ms),
    leaving: leaving.signal,
  });
  return { heard, waits, most };
}

test('rows are loaded one after the other', async () => {
  const { heard, most } = await play({ 1: [{ data: 'a' }], 2: [{ data: 'b' }] });
  assert.deepEqual([heard, most], [['1 a', '2 b'], 1]);
});

test('a row that a busy server refuses is told, and loaded when the server says', async () => {
  const { heard, waits } = await play({
    1: [refused(429, { 'retry-after': '2' }), { data: 'a' }],
    2: [{ data: 'b' }],
  });
  assert.deepEqual([heard, waits], [['1 refused', '1 a', '2 b'], [2_000]]);
});

test('a row that cannot be had does not keep the others', async () => {
  const { heard } = await play({ 1: [refused(500)], 2: [{ data: 'b' }] });
  assert.deepEqual(heard, ['1 refused', '2 b']);
  const silent = await play({ 1: [], 2: [{ data: 'b' }] });
  assert.equal(silent.heard.at(-1), '2 b');
});

test('a page that was left loads nothing more', async () => {
  const { heard } = await play({ 1: [{ data: 'a' }], 2: [{ data: 'b' }] }, 1);
  assert.deepEqual(heard, []);
});
