import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from '../../web/api/sha256.ts';

test('the hash of bytes of any length around a block is that of Node', () => {
  for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000, 70_001]) {
    const bytes = randomBytes(length);
    assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`);
  }
});

test('a picture of the largest size is hashed within two seconds', () => {
  const startedAt = performance.now();
  sha256(new Uint8Array(5 * 1024 * 1024));
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < 2_000, `${tookMs} ms`);
});
