import { test } from 'node:test';
import { KILLS, killAtEach } from '../support/crash.ts';

const rounds = Number(process.env['KILL_ROUNDS'] ?? 10);

for (let round = 1; round <= rounds; round++) {
  test(`kill -9 at every point of everything that moves seats or money, round ${round} of ${rounds}`, (t) =>
    killAtEach(t, KILLS));
}
