import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { call, tally } from '../support/call.ts';
import { KEY, lacks, startNginx } from '../support/nginx.ts';
import { raw, request } from '../support/raw.ts';
import { startUpstream } from '../support/upstream.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const skip = lacks('nginx');
const withKey = { headers: { 'x-api-key': KEY } };
const hostOf = (base: string) => new URL(base).host;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

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

test('what nginx answers by itself has the envelope and the headers of the program', { skip }, async (t) => {
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

test('HEAD through nginx is the head of GET, from the program and from nginx itself', { skip }, async (t) => {
  const app = await startApp(t);
  const { port } = await startNginx(t, { upstream: hostOf(app.base) });
  const seatMap = `/shows/${await app.show()}/seat-map`;
  const who = [`X-Api-Key: ${KEY}`, `Authorization: Bearer ${app.admin.token}`];
  for (const [path, headers] of [
    ['/health', []],
    [seatMap, who],
    [`${seatMap}/events`, who],
    ['/booking-csv', who],
    ['/nowhere', who],
    ['/shows', []],
  ] as const) {
    const ask = async (method: string) => {
      const { head, body, status } = await raw(
        port,
        request(method, path, [...headers, 'X-Request-ID: same']),
        {
          patienceMs: 1_000,
        },
      );
      const lasting = headersOf(head).filter(([name]) => !['date', 'transfer-encoding'].includes(name));
      return { status, body, headers: Object.fromEntries(lasting) };
    };
    const [get, head] = [await ask('GET'), await ask('HEAD')];
    assert.deepEqual([head.status, head.body], [get.status, ''], path);
    assert.deepEqual(head.headers, get.headers, path);
  }
});

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

test('long answers are compressed for clients that accept it', { skip }, async (t) => {
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

test('of several programs nginx skips one that is gone', { skip }, async (t) => {
  const upstream = await startUpstream(t);
  const { base } = await startNginx(t, { upstream: `127.0.0.1:${await freePort()},${upstream.address}` });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      call(base, i % 2 ? 'POST' : 'GET', '/shows', { ...withKey, body: i % 2 ? {} : undefined }),
    ),
  );
  assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 40 });
});

test(
  'nginx says of what the program was sent and did not answer that it may have happened',
  { skip },
  async (t) => {
    const silent = await startUpstream(t, () => undefined);
    const cutting = await startUpstream(t, (_request, response) => void response.destroy());
    const edit = (config: string) => config.replace(/proxy_read_timeout \d+s/, 'proxy_read_timeout 1s');
    const late = await startNginx(t, { upstream: silent.address, edit });
    const cut = await startNginx(t, { upstream: cutting.address });
    const gone = await startNginx(t, { upstream: `127.0.0.1:${await freePort()}` });
    const body = { path: '/a|9' };
    for (const [nginx, method, code, flag] of [
      [late, 'POST', 'GATEWAY_TIMEOUT', true],
      [late, 'DELETE', 'GATEWAY_TIMEOUT', true],
      [late, 'GET', 'GATEWAY_TIMEOUT', undefined],
      [cut, 'POST', 'BAD_GATEWAY', true],
      [cut, 'GET', 'BAD_GATEWAY', undefined],
      [gone, 'POST', 'BAD_GATEWAY', undefined],
      [gone, 'DELETE', 'BAD_GATEWAY', undefined],
    ] as const) {
      const answer = await call(nginx.base, method, '/shows?a=1|9', {
        ...withKey,
        ...(method === 'POST' && { body }),
      });
      assert.deepEqual([answer.code, answer.json['may_have_happened']], [code, flag], `${method} ${code}`);
    }
  },
);
