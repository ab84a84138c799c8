import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { JWT_SECRET, startApp } from '../../support/app.ts';
import { raw } from '../../support/raw.ts';

test('what cannot be decoded, and what no route asked for, meets the edge like anything else', async (t) => {
  const app = await startApp(t, { env: { API_GATEWAY_KEY: 'the key' } });
  const key = { 'x-api-key': 'the key' };
  for (const [method, path] of [
    ['GET', '/%zz'],
    ['GET', '/booking/%ff/qr'],
    ['POST', '/nothing'],
    ['PUT', '/login'],
    ['GET', '/Login'],
  ] as const) {
    const raw = method === 'GET' ? {} : { raw: 'this is no JSON' };
    const closed = await app.call(method, path, raw);
    assert.equal(closed.code, 'INVALID_API_KEY', `${method} ${path} without the key`);
    const open = await app.call(method, path, { ...raw, headers: key });
    assert.deepEqual([open.status, open.code], [404, 'ROUTE_NOT_FOUND'], `${method} ${path}`);
    for (const answer of [closed, open]) {
      assert.equal(answer.headers.get('x-request-id'), answer.json['request_id']);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    }
    assert.equal((await app.call('OPTIONS', path)).status, 204);
  }
  assert.equal((await app.get('/shows?date=100%', { headers: key, as: app.admin })).code, 'INVALID_DATE');
});

test('a path beside the API pages is no route, and its answer does not name the library', async (t) => {
  const app = await startApp(t);
  for (const path of ['/docs/nothing', '/docs/js/nothing.js', '/docsx']) {
    const answer = await app.get(path);
    assert.deepEqual(
      [answer.status, answer.code, answer.json['message']],
      [404, 'ROUTE_NOT_FOUND', 'This route does not exist'],
    );
  }
});

test('a body that is too large is answered, however the client sends it', async (t) => {
  const app = await startApp(t);
  const body = JSON.stringify({ username: 'x'.repeat(11 * 1024 * 1024) });
  for (let round = 0; round < 10; round++) {
    const answer = await app.post('/login', { raw: body });
    assert.deepEqual([answer.status, answer.code], [413, 'PAYLOAD_TOO_LARGE']);
  }
});

test('a token that names what no database can hold is nobody’s', async (t) => {
  const app = await startApp(t);
  for (const username of ['\0', '\ud800', '']) {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ username, role: 'admin', exp })}`;
    const token = `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
    assert.equal((await app.get('/revenue', { as: { token } })).code, 'INVALID_TOKEN');
  }
});

test('origins on the list are answered by name, others by an origin of the list', async (t) => {
  const env = { CORS_ORIGINS: 'https://a.example,https://b.example' };
  const app = await startApp(t, { env });
  const allowed = async (origin?: string) =>
    (await app.get('/health', origin ? { headers: { origin } } : {})).headers.get(
      'access-control-allow-origin',
    );
  assert.equal(await allowed('https://b.example'), 'https://b.example');
  assert.equal(await allowed('https://evil.example'), 'https://a.example');
  assert.equal(await allowed(), 'https://a.example');
});

test('a request that cannot be read is answered with the headers of every answer', async (t) => {
  const app = await startApp(t, { env: { CORS_ORIGINS: 'https://a.example,https://b.example' } });
  const shared = Array.from((await app.get('/nothing')).headers)
    .map(([name, value]) => `${name}: ${value}`)
    .filter((line) => /^(access-|cache-|content-security|content-type|vary|x-content)/.test(line));
  assert.ok(shared.length > 6, shared.join('\n'));
  for (const [request, status] of [
    ['SMUGGLE / HTTP/1.1\r\n\r\n', 400],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431],
  ] as const) {
    const answer = await raw(Number(new URL(app.base).port), request);
    const lines = answer.head.toLowerCase().split('\r\n');
    assert.equal(answer.status, status);
    for (const line of shared) assert.ok(lines.includes(line.toLowerCase()), `${line} in ${answer.head}`);
  }
});
