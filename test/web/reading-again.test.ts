import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterReading, readRefusal, type Failure } from '../../web/api/failures.ts';

const refused = (status: number) => readRefusal(status, new Headers(), undefined);

test('what is on the page stays where reading it again fails for a moment', () => {
  const moments: Failure[] = [{ kind: 'lost' }, ...[429, 502, 503, 504].map(refused)];
  for (const failure of moments) {
    assert.deepEqual(afterReading('old', { failure }), { data: 'old' });
    assert.deepEqual(afterReading(undefined, { failure }), { failure }, 'nothing was read before');
  }
});

test('what is gone, refused or new takes the place of what was read before', () => {
  for (const failure of [refused(404), refused(500), { kind: 'logged out' } as const]) {
    assert.deepEqual(afterReading('old', { failure }), { failure });
  }
  assert.deepEqual(afterReading('old', { data: 'new' }), { data: 'new' });
});
