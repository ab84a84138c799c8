import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { call } from '../support/call.ts';
import { KEY, lacks, startNginx } from '../support/nginx.ts';
import { raw, request } from '../support/raw.ts';
import { startUpstream } from '../support/upstream.ts';

const skip = lacks('nginx');
const withKey = { headers: { 'x-api-key': KEY } };
const hostOf = (base: string) => new URL(base).host;

test('no way of writing a path leads past the key', { skip }, async (t) => {
  const app = await startApp(t);
  const { port } = await startNginx(t, { upstream: hostOf(app.base) });
  const targets = [...KNOWN_TRICKS, ...inventedTricks(1_500)];
  for (let at = 0; at < targets.length; at += 50) {
    const some = targets.slice(at, at + 50);
    await Promise.all(some.map((target) => raw(port, request('GET', target, [], ''))));
  }
  const opened = new Set(
    app.lines
      .map((line) => JSON.parse(line) as { msg: string; route?: string })
      .flatMap(({ route }) => route ?? []),
  );
  const open = new Set([
    '/',
    '/health',
    '/ready',
    '/openapi.json',
    '/posters/:movieId.svg',
    '/pictures/*',
    'unknown',
  ]);
  const others = [...opened].filter((route) => !open.has(route) && !route.startsWith('/docs'));
  assert.deepEqual(others, []);
  assert.ok(opened.has('/health') && opened.has('unknown'), 'some tricks did reach the program');
});

const KNOWN_TRICKS = [
  '//login', '/./shows', '/%2e/shows', '/SHOWS', '/%73hows', '/shows/', '/shows%2f', '/health/../shows',
  '/health/%2e%2e/shows', '/health%2f..%2fshows', '/posters/../shows', '/posters/..%2fshows', '/posters/%2e%2e/shows',
  '/posters/..;/shows', '/docs/..\\shows', '/docs/../metrics', '/booking/..%2fposters%2fx/qr', '/booking/%2e%2e%2fdocs%2fx/pdf',
  '/booking/..%2f..%2fposters%2fx/pdf', '/shows/..%2fdocs%2f/seat-map', '/shows?/health', '/shows#/health',
  '/shows%3f/health', '/shows;/health', '/shows%00/health', '/shows/health', '/metrics?x=/docs/', '/metrics%23/docs/',
  'http://test/shows', 'http://test/posters/../shows', 'http://health/shows', 'HTTP://TEST/metrics', '*', '/shows\t', '/health%0d%0a',
  '/health?x=1&/../shows', '/ready/', '/ready%20', '/openapi.json/../shows', '/pictures/..%2f..%2fshows', '/Health', '/HEALTH/../metrics',
]; // prettier-ignore

function inventedTricks(howMany: number): string[] {
  const parts = [
    '/', '//', '/./', '/../', '%2f', '%2F', '%2e%2e', '%5c', '\\', ';', '?', '#', '%00', '%23', '%3f', '.', '..', '%252f',
    'health', 'ready', 'docs', 'posters', 'pictures', 'openapi.json', 'login', 'shows', 'show', 'slot-all', 'metrics',
    'customer', 'profile', 'booking', '1', 'qr', 'pdf', 'seat-map', 'check-in', 'bookings', 'LOGIN', 'Shows', '%73hows',
  ]; // prettier-ignore
  let state = 20_260_101;
  // The same ones every time, so that what fails once fails again.
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const part = () => parts[Math.floor(next() * parts.length)] ?? '';
  return Array.from(
    { length: howMany },
    () => `/${Array.from({ length: 2 + Math.floor(next() * 7) }, part).join('')}`,
  );
}

test('a request cannot be smuggled behind another', { skip }, async (t) => {
  const upstream = await startUpstream(t);
  const { port } = await startNginx(t, { upstream: upstream.address });
  const inner = 'GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n';
  const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
  const post = (headers: string[], body: string) =>
    ['POST /login HTTP/1.1', 'Host: test', `X-Api-Key: ${KEY}`, ...headers, '', body].join('\r\n');
  const attempts = [
    post(['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner}`),
    post(['Transfer-Encoding: chunked', `Content-Length: ${inner.length}`], `0\r\n\r\n${inner}`),
    post(['Transfer-Encoding: xchunked'], chunk),
    post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], chunk),
    post(['Transfer-Encoding: gzip, chunked'], chunk),
    post(['Transfer-Encoding:\x0bchunked', 'Content-Length: 3'], `0\r\n\r\n${inner}`),
    post(['Transfer-Encoding : chunked', 'Content-Length: 5'], `0\r\n\r\n${inner}`),
    post(['Content-Length: 0', `Content-Length: ${inner.length}`], inner),
    post([`Content-Length: +${inner.length}`], inner),
    post(['Content-Length: 0x10'], inner),
    post(['Content-Length: 5', 'X: y\r\n Transfer-Encoding: chunked'], `0\r\n\r\n${inner}`),
    post(['Transfer-Encoding: chunked'], `ffffffffffffffffff\r\n${inner}`),
    post(['Transfer-Encoding: chunked'], `0\nX: y\r\n\r\n${inner}`),
  ];
  for (const bytes of attempts) {
    const { text } = await raw(port, bytes, { patienceMs: 1_000 });
    const [, first] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? [];
    // Where the inner request counts as one of its own, nginx has judged it as such: without a key it is refused.
    assert.ok(first === undefined || ['400', '413', '200'].includes(first), `${bytes}\n\n${text}`);
  }
  assert.deepEqual(
    upstream.seen.filter(({ url }) => url.includes('smuggled')),
    [],
  );

  const both = await raw(port, attempts[0] ?? '');
  assert.equal(both.status, 400);
  assert.ok(both.ms < 1_000, 'and the connection is closed');
});

test('a slow sender is disconnected, and meanwhile no other client waits', { skip }, async (t) => {
  const upstream = await startUpstream(t);
  const edit = (config: string) => config.replace('client_header_timeout 30s', 'client_header_timeout 2s');
  const { base, port } = await startNginx(t, { upstream: upstream.address, edit });
  const dribble = { piece: 'X-A: b\r\n', everyMs: 200 };
  const slow = Array.from({ length: 300 }, () =>
    raw(port, 'GET /health HTTP/1.1\r\nHost: test\r\n', { dribble, patienceMs: 10_000 }),
  );
  const startedAt = performance.now();
  assert.equal((await call(base, 'GET', '/health')).status, 200);
  assert.ok(performance.now() - startedAt < 1_000);
  for (const { ms } of await Promise.all(slow)) assert.ok(ms < 4_000, `${ms} ms`);
  assert.equal(upstream.seen.length, 1, 'none of them reached the program');
});

test('a body that dribbles in is given up after 30 seconds', { skip }, async (t) => {
  const app = await startApp(t);
  const { port } = await startNginx(t, { upstream: hostOf(app.base) });
  const head = request('POST', '/login', [`X-Api-Key: ${KEY}`, 'Content-Length: 100000'], '{');
  const { ms, status } = await raw(port, head, { dribble: { piece: ' ', everyMs: 500 }, patienceMs: 45_000 });
  assert.ok(ms > 28_000 && ms < 36_000, `${ms} ms`);
  assert.ok([0, 408, 502].includes(status), String(status));
});

test('bombs of headers are refused, and the next request is served', { skip }, async (t) => {
  const app = await startApp(t);
  const { base, port } = await startNginx(t, { upstream: hostOf(app.base) });
  const key = `X-Api-Key: ${KEY}`;
  const bombs = [
    Array.from({ length: 10_000 }, (_, i) => `X-${i}: ${i}`),
    [
      `Authorization: Bearer ${'a'.repeat(15_000)}`,
      `X-A: ${'b'.repeat(15_000)}`,
      `X-B: ${'b'.repeat(15_000)}`,
    ],
    [`Cookie: ${'a'.repeat(15_000)}`, `Cookie: ${'b'.repeat(15_000)}`],
  ];
  for (const headers of bombs) {
    const { status, body } = await raw(port, request('GET', '/shows', [key, ...headers]));
    assert.equal(status, 431);
    assert.equal((JSON.parse(body) as { code: string }).code, 'HEADERS_TOO_LARGE');
  }
  assert.equal((await call(base, 'GET', '/shows', withKey)).code, 'MISSING_AUTH_HEADER');
});
