import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shared } from '../../../src/platform/database/shared.ts';

test('all callers during a read share the next read, which begins after they asked', async () => {
  const reads: PromiseWithResolvers<number>[] = [];
  const read = shared((_key: string) => {
    const begun = Promise.withResolvers<number>();
    reads.push(begun);
    return begun.promise;
  });
  const first = read('list');
  const [second, third] = [read('list'), read('list')];
  const other = read('another list');
  assert.equal(reads.length, 2, 'the same is read once at a time, another thing at once');
  reads[0]?.resolve(1);
  reads[1]?.resolve(20);
  assert.deepEqual([await first, await other, reads.length], [1, 20, 3]);
  reads[2]?.resolve(2);
  assert.deepEqual(await Promise.all([second, third]), [2, 2]);
  const later = read('list');
  assert.equal(reads.length, 4, 'what has been read is not given again');
  reads[3]?.resolve(3);
  assert.equal(await later, 3);
});

test('a read that fails fails all its callers, so that no caller waits for a silent database twice', async () => {
  let tries = 0;
  const read = shared(async (_key: string) => {
    tries += 1;
    if (tries === 1) throw new Error('gone');
    return tries;
  });
  const [first, second] = [read('list'), read('list')];
  await assert.rejects(first, /gone/);
  await assert.rejects(second, /gone/);
  assert.equal(tries, 1);
  assert.equal(await read('list'), 2, 'a later caller is answered');
});
