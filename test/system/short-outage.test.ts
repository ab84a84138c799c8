import { test } from 'node:test';
import { endure } from '../support/outage.ts';

for (const how of ['refuse', 'hang'] as const) {
  test(`a database that is away for three seconds under payments in flight (${how}) costs nobody anything`, (t) =>
    endure(t, how, 3));
}
