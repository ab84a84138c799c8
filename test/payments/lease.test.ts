import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startLease } from '../../src/payments/lease.ts';

/** Both clocks of this process, to be moved by hand. */
function clocks(t: TestContext) {
  const now = { monotonic: 1_000, wall: 1_700_000_000_000 };
  t.mock.method(performance, 'now', () => now.monotonic);
  t.mock.method(Date, 'now', () => now.wall);
  const later = ({ monotonic = 0, wall = 0 }: { monotonic?: number; wall?: number }) => {
    now.monotonic += monotonic * 1_000;
    now.wall += wall * 1_000;
  };
  return later;
}

// A time-out of ten seconds gives a lease of thirty, of which five are for writing the outcome down.
for (const [what, gone] of [
  ['both clocks say so', { monotonic: 15, wall: 15 }],
  [
    'only the clock that never jumps says so: somebody has set the other back',
    { monotonic: 15, wall: -3_600 },
  ],
  ['only the clock on the wall says so: the machine has slept', { monotonic: 0, wall: 15 }],
] as const) {
  test(`a charge that takes ten seconds is covered for fifteen, and not a moment longer, when ${what}`, (t) => {
    const later = clocks(t);
    const lease = startLease(10);
    assert.equal(lease.seconds, 30);
    assert.equal(lease.covers(10_000), true);
    later(gone);
    assert.equal(lease.covers(10_000), true);
    later({ monotonic: 0.001, wall: 0.001 });
    assert.equal(lease.covers(10_000), false);
    assert.equal(lease.covers(9_999), true, 'what takes less is covered yet');
    later({ monotonic: 10, wall: 10 });
    assert.equal(lease.covers(0), false, 'nothing is, once only the writing fits');
  });
}
