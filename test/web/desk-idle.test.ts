import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdle, warningMs } from '../../web/desk/idle.ts';

const MINUTE_MS = 60_000;

function clocked({ usedAgoMs = 0 } = {}) {
  const now = { monotonic: 1_000, wall: 1_700_000_000_000 };
  const clocks = { monotonic: () => now.monotonic, wall: () => now.wall };
  const pass = (ms: number) => {
    now.monotonic += ms;
    now.wall += ms;
  };
  return { now, pass, idle: createIdle(30 * MINUTE_MS, usedAgoMs, clocks) };
}

test('the time begins anew at each use', () => {
  const { idle, pass } = clocked();
  pass(29 * MINUTE_MS);
  assert.equal(idle.left(), MINUTE_MS);
  assert.ok(idle.used());
  assert.equal(idle.left(), 30 * MINUTE_MS);
});

test('a use that comes after the end is too late, and changes nothing', () => {
  const { idle, pass } = clocked();
  pass(30 * MINUTE_MS);
  assert.equal(idle.used(), false);
  assert.equal(idle.left(), 0);
});

test('a machine that slept has been idle, and a wall clock that was set back makes no time', () => {
  const asleep = clocked();
  asleep.now.wall += 31 * MINUTE_MS;
  assert.equal(asleep.idle.used(), false);

  const setBack = clocked();
  setBack.now.monotonic += 31 * MINUTE_MS;
  setBack.now.wall -= 60 * MINUTE_MS;
  assert.equal(setBack.idle.used(), false);
});

test('a page that is opened counts from the use before it, and not from the future', () => {
  assert.equal(clocked({ usedAgoMs: 20 * MINUTE_MS }).idle.left(), 10 * MINUTE_MS);
  assert.equal(clocked({ usedAgoMs: 40 * MINUTE_MS }).idle.left(), 0);
  assert.equal(clocked({ usedAgoMs: -40 * MINUTE_MS }).idle.left(), 30 * MINUTE_MS);
});

test('the warning comes a minute before the end, and sooner than that never takes the whole time', () => {
  assert.equal(warningMs(30 * MINUTE_MS), MINUTE_MS);
  assert.equal(warningMs(MINUTE_MS), MINUTE_MS / 2);
});
