import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { wreakHavoc } from '../support/chaos.ts';

// `npm run chaos` sets both.
const seconds = Number(process.env['CHAOS_SECONDS'] ?? 20);
const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(2 ** 32));

test(`random kills for ${seconds} s under load, seed ${seed}, lose no money and no seat`, async (t) => {
  const outcome = await wreakHavoc(t, { seconds, seed });
  console.log(`seed ${seed}:`, outcome);
  assert.ok(outcome.kills > 0 && outcome.charges > 0, 'something happened');
});
