import { test } from 'node:test';
import { KILLS, killAtEach } from '../support/crash.ts';

for (let round = 1; round <= 10; round++) {
  test(`kill -9 at every point of everything that moves seats or money, round ${round} of 10`, (t) =>
    killAtEach(t, KILLS));
}
