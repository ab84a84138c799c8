import { test } from 'node:test';
import { KILLS, killAtEach } from '../support/crash.ts';

// A kill at each point; test/system has all that may die there, ten times over.
const seen = new Set<string>();
const once = KILLS.toReversed().filter(({ point }) => !seen.has(point) && seen.add(point));

test('a kill -9 at any commit and before and after any charge loses no money and no seat', (t) =>
  killAtEach(t, once));
