import { describe, test } from 'node:test';
import { endure } from '../support/outage.ts';

describe('a database that is away for ten seconds under payments in flight', { concurrency: true }, () => {
  for (const how of ['refuse', 'hang'] as const)
    test(`(${how}) costs nobody anything`, (t) => endure(t, how, 10));
});
