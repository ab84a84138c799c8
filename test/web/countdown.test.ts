import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spokenBetween, startCountdown } from '../../web/checkout/countdown.ts';

function clocked(remainingMs: number) {
  const now = { monotonic: 1_000, wall: 1_700_000_000_000 };
  const countdown = startCountdown(remainingMs, { monotonic: () => now.monotonic, wall: () => now.wall });
  return { now, countdown };
}

test('it goes down with the time, and stops at nothing', () => {
  const { now, countdown } = clocked(300_000);
  now.monotonic += 1_000;
  now.wall += 1_000;
  assert.equal(countdown.left(), 299_000);
  now.monotonic += 400_000;
  assert.equal(countdown.left(), 0);
});

test('after a sleep, in which the monotonic clock stood still, the wall clock tells', () => {
  const { now, countdown } = clocked(300_000);
  now.wall += 600_000;
  assert.equal(countdown.left(), 0);
});

test('a wall clock that is set back gives no more time', () => {
  const { now, countdown } = clocked(300_000);
  now.monotonic += 60_000;
  now.wall -= 3_600_000;
  assert.equal(countdown.left(), 240_000);
});

test('it is spoken at two minutes, one, and thirty seconds, and of several passed at once the last', () => {
  assert.equal(spokenBetween(121_000, 120_000), 120_000);
  assert.equal(spokenBetween(120_000, 119_000), undefined);
  assert.equal(spokenBetween(61_000, 59_000), 60_000);
  assert.equal(spokenBetween(300_000, 20_000), 30_000);
  assert.equal(spokenBetween(20_000, 0), undefined);
});
