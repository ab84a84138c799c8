import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveMetrics } from '../../src/metrics/metrics-route.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { call } from '../support/call.ts';

test('metrics on a port of their own say nothing else, and carry the headers of every other answer', async (t) => {
  const port = await freePort();
  const served = await serveMetrics(port, '127.0.0.1', async () => 'skyfox_holds_alive 3\n');
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

test('a port for metrics that is taken stops the start and says which', async (t) => {
  const port = await freePort();
  const first = await serveMetrics(port, '127.0.0.1', async () => '');
  t.after(() => first.close());
  await assert.rejects(
    serveMetrics(port, '127.0.0.1', async () => ''),
    {
      message: `METRICS_PORT=${port} cannot be opened on 127.0.0.1: set another`,
    },
  );
});
