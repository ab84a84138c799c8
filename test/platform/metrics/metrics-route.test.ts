import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveMetrics } from '../../../src/platform/metrics/metrics-route.ts';
import { freePort } from '../../../src/platform/process/free-port.ts';
import { call } from '../../support/call.ts';

const log = { warn: () => {} };

test('metrics on a port of their own say nothing else, and carry the headers of every other answer', async (t) => {
  const port = await freePort();
  const served = await serveMetrics({ port, host: '127.0.0.1', log }, async () => 'skyfox_holds_alive 3\n');
  t.after(() => served.close());
  const base = `http://127.0.0.1:${port}`;

  const found = await call(base, 'GET', '/metrics');
  assert.deepEqual([found.status, found.text], [200, 'skyfox_holds_alive 3\n']);
  assert.match(String(found.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
  const lost = await call(base, 'GET', '/shows');
  assert.deepEqual([lost.status, lost.text], [404, '']);
  for (const { headers } of [found, lost]) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(
      String(headers.get('content-security-policy')),
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});

test('figures that cannot be had are 503 and a line in the log, for a scrape with parameters too', async (t) => {
  const port = await freePort();
  const warnings: string[] = [];
  const served = await serveMetrics(
    {
      port,
      host: '127.0.0.1',
      log: { warn: (_facts: object, line?: string) => void warnings.push(line ?? '') },
    },
    () => Promise.reject(new Error('a process does not answer')),
  );
  t.after(() => served.close());
  const answer = await call(`http://127.0.0.1:${port}`, 'GET', '/metrics?from=prometheus');
  assert.deepEqual([answer.status, answer.headers.get('retry-after'), answer.text], [503, '1', '']);
  assert.deepEqual(warnings, ['the metrics could not be collected']);
});

test('a port for metrics that is taken stops the start and says which', async (t) => {
  const port = await freePort();
  const first = await serveMetrics({ port, host: '127.0.0.1', log }, async () => '');
  t.after(() => first.close());
  await assert.rejects(
    serveMetrics({ port, host: '127.0.0.1', log }, async () => ''),
    {
      message: `METRICS_PORT=${port} cannot be opened on 127.0.0.1: set another`,
    },
  );
});
