import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPaced } from '../../src/start/housekeeping.ts';
import { eventually } from '../support/eventually.ts';

test('a check that takes long is left out until it has taken its share of the time, also if it fails', async () => {
  const begunAt: number[] = [];
  const check = createPaced(async () => {
    begunAt.push(performance.now());
    await sleep(20);
    if (begunAt.length === 2) throw new Error('the database is away');
  }, 1 / 10);
  await eventually('three checks have begun', async () => {
    await check().catch(() => undefined);
    return begunAt.length === 3;
  });
  const [first = 0, second = 0, third = 0] = begunAt;
  assert.ok(second - first >= 190, `the second began ${second - first} ms after the first`);
  assert.ok(third - second >= 190, `the third began ${third - second} ms after the second`);
});
