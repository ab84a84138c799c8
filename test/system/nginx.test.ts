import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nginxConfig } from '../../deploy/nginx/config.ts';
import { freePort, startApp } from '../support/app.ts';
import { call, tally } from '../support/call.ts';
import { KEY, lacks, startNginx } from '../support/nginx.ts';
import { raw, request } from '../support/raw.ts';
import { startUpstream } from '../support/upstream.ts';

const skip = lacks('nginx');
const withKey = { headers: { 'x-api-key': KEY } };
const hostOf = (base: string) => new URL(base).host;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

test('every route but the open ones wants the key, which the program never sees', { skip }, async (t) => {
  const app = await startApp(t);
  const { base } = await startNginx(t, { upstream: hostOf(app.base) });
  const { json: description } = await call(base, 'GET', '/openapi.json');
  const open = ['/', '/health', '/ready', '/docs', '/docs/', '/openapi.json', '/posters/tt0111161.svg'];

  for (const path of open) assert.equal((await call(base, 'GET', path)).code, '200', path);
  const signed = await call(base, 'GET', '/pictures/profile-images/x.jpg');
  assert.equal(signed.code, 'FORBIDDEN', 'a link without a signature reaches the program, which refuses it');
  for (const [path, methods] of Object.entries(description['paths'] ?? {})) {
    for (const method of Object.keys(methods)) {
      const isOpen = open.includes(path) || /^\/(posters|pictures)\//.test(path);
      const { code } = await call(base, method.toUpperCase(), path.replace(/\{\w+\}/g, '1'));
      if (!isOpen) assert.equal(code, 'INVALID_API_KEY', `${method} ${path}`);
      assert.equal((await call(base, 'OPTIONS', path.replace(/\{\w+\}/g, '1'))).status, 204, path);
    }
  }
  const wrong = ['', KEY.toUpperCase(), KEY.slice(1), `${KEY}x`, `"${KEY}"`, `${KEY}, ${KEY}`, `x${KEY}`];
  for (const key of wrong) {
    assert.equal(
      (await call(base, 'GET', '/shows', { headers: { 'x-api-key': key } })).code,
      'INVALID_API_KEY',
      key,
    );
  }
  assert.equal((await call(base, 'GET', '/shows', withKey)).code, 'MISSING_AUTH_HEADER');
  assert.equal((await call(base, 'GET', '/metrics')).code, 'INVALID_API_KEY');
  assert.equal((await call(base, 'POST', '/health')).code, 'INVALID_API_KEY');
  assert.equal((await call(base, 'GET', '/nowhere', withKey)).code, 'ROUTE_NOT_FOUND');
});

test(
  'what the client says of itself does not reach the program, what nginx knows does',
  { skip },
  async (t) => {
    const upstream = await startUpstream(t);
    const { port } = await startNginx(t, { upstream: upstream.address });
    const told = [
      'X-Forwarded-For: 6.6.6.6',
      'X-Real-IP: 6.6.6.6',
      'Forwarded: for=6.6.6.6',
      'X-Forwarded-Host: evil',
    ];
    await raw(
      port,
      request('GET', '/shows?date=2030-01-31', [`X-Api-Key: ${KEY}`, 'X-Api-Key: twice', ...told]),
    );
    await raw(port, request('GET', '/a%2Fb//c/./d', [`X-Api-Key: ${KEY}`, 'X-Request-ID: mine.1']));
    await raw(port, request('GET', '/health', ['X-Request-ID: not good', 'Upgrade: websocket']));

    const [first, second, third] = upstream.seen;
    assert.ok(first && second && third);
    assert.deepEqual(Object.keys(first.headers).sort(), ['host', 'x-forwarded-for', 'x-request-id']);
    assert.equal(first.headers['x-forwarded-for'], '127.0.0.1');
    assert.match(String(first.headers['x-request-id']), UUID);
    assert.equal(second.url, '/a%2Fb//c/./d', 'the target goes on as it came');
    assert.equal(second.headers['x-request-id'], 'mine.1');
    assert.match(String(third.headers['x-request-id']), UUID);
    assert.equal(third.headers.upgrade, undefined);
  },
);

test(
  'behind a load balancer that is trusted its word counts, up to the first address that is not',
  { skip },
  async (t) => {
    const upstream = await startUpstream(t);
    const env = { NGINX_TRUST_PROXY: '127.0.0.0/8, 10.0.0.0/8' };
    const { base } = await startNginx(t, { upstream: upstream.address, env });
    await call(base, 'GET', '/health', { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.1.2.3' } });
    assert.equal(upstream.seen[0]?.headers['x-forwarded-for'], '203.0.113.9');
  },
);

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
  const open = ['/', '/health', '/ready', '/openapi.json', '/posters/:movieId.svg', '/pictures/*', 'unknown'];
  const others = [...opened].filter((route) => !open.includes(route) && !route.startsWith('/docs'));
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

test('one token has ten requests a second, one address a hundred, and 0 is no limit', { skip }, async (t) => {
  const upstream = await startUpstream(t);
  const limited = await startNginx(t, {
    upstream: upstream.address,
    env: { NGINX_RATE_TOKEN: '10', NGINX_RATE_ADDRESS: '100' },
  });
  const ask = (token: string) =>
    call(limited.base, 'GET', '/shows', { headers: { 'x-api-key': KEY, authorization: `Bearer ${token}` } });
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask('one')));
  const { 200: passed = 0, RATE_LIMITED: refused = 0 } = tally(answers.map(({ code }) => code));
  assert.ok(passed >= 21 && passed <= 26, `${passed} of a burst of 60 pass`);
  assert.equal(passed + refused, 60);
  assert.equal(answers.find(({ status }) => status === 429)?.headers.get('retry-after'), '1');
  assert.equal((await ask('two')).code, '200', 'another token is not held back');

  const many = await Promise.all(Array.from({ length: 330 }, (_, i) => ask(`token ${i}`)));
  const counted = tally(many.map(({ code }) => code));
  assert.ok((counted['RATE_LIMITED'] ?? 0) >= 30, `one address: ${JSON.stringify(counted)}`);

  const free = await startNginx(t, { upstream: upstream.address });
  const all = await Promise.all(Array.from({ length: 300 }, () => call(free.base, 'GET', '/shows', withKey)));
  assert.deepEqual(tally(all.map(({ code }) => code)), { 200: 300 });
});

test('what nginx answers by itself has the envelope and the headers of the house', { skip }, async (t) => {
  const slow = await startUpstream(t, () => undefined);
  const env = { CORS_ORIGINS: 'https://a.example,https://b.example' };
  const edit = (config: string) => config.replace(/proxy_read_timeout \d+s/, 'proxy_read_timeout 1s');
  const { base, port } = await startNginx(t, { upstream: slow.address, env, edit });
  const gone = await startNginx(t, { upstream: `127.0.0.1:${await freePort()}` });
  const key = `X-Api-Key: ${KEY}`;
  const big = 'x'.repeat(10 * 1024 * 1024 + 1);
  const asked: [number, string, Promise<{ status: number; head: string; body: string }>][] = [
    [403, 'INVALID_API_KEY', raw(port, request('GET', '/shows'))],
    [404, 'ROUTE_NOT_FOUND', raw(port, request('TRACE', '/shows', [key]))],
    [404, 'ROUTE_NOT_FOUND', raw(port, request('GET', '/.answer/403', []).replace('GET', 'CONNECT'))],
    [
      413,
      'PAYLOAD_TOO_LARGE',
      raw(port, request('POST', '/login', [key, `Content-Length: ${big.length}`], '')),
    ],
    [400, 'INVALID_REQUEST', raw(port, 'GET /shows HTTP/1.1\r\nConnection: close\r\n\r\n')],
    [400, 'INVALID_REQUEST', raw(port, 'nonsense\r\n\r\n')],
    [431, 'HEADERS_TOO_LARGE', raw(port, request('GET', '/shows', [`X-Long: ${'x'.repeat(20_000)}`]))],
    [431, 'HEADERS_TOO_LARGE', raw(port, request('GET', `/${'x'.repeat(70_000)}`))],
    [504, 'GATEWAY_TIMEOUT', raw(port, request('GET', '/shows', [key]))],
    [502, 'BAD_GATEWAY', raw(gone.port, request('GET', '/shows', [key]))],
  ];
  for (const [status, code, sent] of asked) {
    const answer = await sent;
    assert.equal(answer.status, status, code);
    const { request_id: id, message, ...rest } = JSON.parse(answer.body) as Record<string, string>;
    assert.deepEqual(rest, {
      status: 'ERROR',
      code,
      ...(status === 403 && { error: 'Invalid API key' }),
    });
    assert.ok(message);
    const values = (name: string) =>
      headersOf(answer.head)
        .filter(([key]) => key === name)
        .map(([, value]) => value);
    assert.deepEqual(values('x-request-id'), [id]);
    assert.match(id ?? '', UUID);
    assert.deepEqual(values('content-type'), ['application/json; charset=utf-8']);
    assert.deepEqual(values('x-content-type-options'), ['nosniff']);
    assert.deepEqual(values('server'), []);
    assert.deepEqual(values('access-control-allow-origin'), [
      code === 'BAD_GATEWAY' ? '*' : 'https://a.example',
    ]);
    assert.deepEqual(values('retry-after'), status > 501 ? ['1'] : []);
  }
  const { headers } = await call(base, 'GET', '/shows', { headers: { origin: 'https://b.example' } });
  assert.equal(headers.get('access-control-allow-origin'), 'https://b.example');
});

const headersOf = (head: string) =>
  head
    .split('\r\n')
    .slice(1)
    .map(
      (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const,
    );

test('no header of an answer comes twice, and none names the software', { skip }, async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const { port } = await startNginx(t, { upstream: hostOf(app.base) });
  const asked = [
    request('GET', '/customer/profile', [`X-Api-Key: ${KEY}`, `Authorization: Bearer ${person.token}`]),
    request('GET', '/docs/'),
    request('GET', '/nowhere', [`X-Api-Key: ${KEY}`, 'X-Forwarded-Proto: https']),
    request('GET', '/shows', ['X-Forwarded-Proto: https']),
    request('OPTIONS', '/shows', ['Origin: https://a.example']),
  ];
  for (const bytes of asked) {
    const { head, status } = await raw(port, bytes);
    const names = headersOf(head).map(([name]) => name);
    const once = [
      'x-request-id',
      'x-content-type-options',
      'content-security-policy',
      'access-control-allow-origin',
    ];
    for (const name of [...once, 'referrer-policy']) {
      assert.equal(names.filter((other) => other === name).length, 1, `${name} of ${status}`);
    }
    assert.equal(names.includes('strict-transport-security'), bytes.includes('https\r\n\r\n'), head);
    assert.ok(!/nginx|fastify|node/i.test(head), head);
    assert.ok(!names.includes('access-control-allow-credentials'));
  }
});

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

test('who sends slowly is hung up on, and meanwhile nobody waits for him', { skip }, async (t) => {
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

test('server-sent events come at once, and the connections of the others are kept', { skip }, async (t) => {
  const app = await startApp(t);
  const [watcher, buyer] = await app.customers(2);
  assert.ok(watcher && buyer);
  const showId = await app.show();
  const { base } = await startNginx(t, { upstream: hostOf(app.base) });
  const stop = new AbortController();
  const response = await fetch(`${base}/shows/${showId}/seat-map/events`, {
    headers: { 'x-api-key': KEY, authorization: `Bearer ${watcher.token}`, 'accept-encoding': 'gzip' },
    signal: stop.signal,
  });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.equal(response.headers.get('content-encoding'), null);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  assert.match((await reader.read()).value ?? '', /"occupied":\[\]/);
  await app.hold(buyer, showId, ['A1']);
  const heldAt = performance.now();
  assert.match((await reader.read()).value ?? '', /"occupied":\["A1"\]/);
  assert.ok(performance.now() - heldAt < 300);
  stop.abort();
});

test('long answers are compressed for those who ask', { skip }, async (t) => {
  const app = await startApp(t);
  const showId = await app.show();
  const { port } = await startNginx(t, { upstream: hostOf(app.base) });
  const ask = (headers: string[]) =>
    raw(port, request('GET', `/shows/${showId}/seat-map`, [
      `X-Api-Key: ${KEY}`, `Authorization: Bearer ${app.admin.token}`, ...headers,
    ])); // prettier-ignore
  const plain = await ask([]);
  const small = await ask(['Accept-Encoding: gzip']);
  assert.match(small.head, /content-encoding: gzip/i);
  assert.match(small.head, /vary: accept-encoding/i);
  assert.ok(small.body.length * 5 < plain.body.length, `${small.body.length} of ${plain.body.length} bytes`);
});

test('of several programs one that is gone is passed over', { skip }, async (t) => {
  const upstream = await startUpstream(t);
  const { base } = await startNginx(t, { upstream: `127.0.0.1:${await freePort()},${upstream.address}` });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      call(base, i % 2 ? 'POST' : 'GET', '/shows', { ...withKey, body: i % 2 ? {} : undefined }),
    ),
  );
  assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 40 });
});

test('the key is in no file, log, process list or answer', { skip }, async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.destroy());
  const { base, folder, pid, output } = await startNginx(t, { upstream: upstream.address });
  const said = [];
  for (const key of [KEY, 'another']) {
    said.push(await call(base, 'GET', '/shows?email=someone@example.com', { headers: { 'x-api-key': key } }));
    said.push(await call(base, 'TRACE', '/shows', { headers: { 'x-api-key': key } }).catch(() => undefined));
  }
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const processes = [String(pid), ...children].map((id) => readFileSync(`/proc/${id}/cmdline`, 'utf8'));
  const files = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  const all = [
    ...processes,
    ...texts,
    ...said.flatMap((answer) => [answer?.text, ...(answer?.headers.values() ?? [])]),
  ];
  assert.ok(!all.some((text) => text?.includes(KEY)));
  assert.equal(statSync(join(folder, 'nginx.conf')).mode & 0o777, 0o600);

  const lines = output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.ok(lines.length >= 2, 'what the program did not answer has a line each');
  assert.ok(!output().includes('someone@'), 'without the query, which may name a person');
  assert.deepEqual(Object.keys(lines[0] ?? {}).slice(0, 3), ['level', 'time', 'reqId']);
});

test('a setting that is missing or wrong stops the start with a line each', () => {
  const env = {
    NGINX_PORT: 'http',
    NGINX_RATE_TOKEN: '-1',
    UPSTREAMS: 'app 1; evil',
    NGINX_TRUST_PROXY: '2',
  };
  assert.throws(
    () => nginxConfig('', env, ''),
    ({ message }: Error) => {
      const lines = message.split('\n');
      const named = ['API_GATEWAY_KEY', 'NGINX_PORT', 'NGINX_RATE_TOKEN', 'NGINX_TRUST_PROXY', 'UPSTREAMS'];
      assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), named);
      return true;
    },
  );
  assert.throws(() => nginxConfig('', { API_GATEWAY_KEY: 'two words' }, ''), /printable ASCII/);
});
