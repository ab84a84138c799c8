import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nginxConfig } from '../../deploy/nginx/config.ts';
import { startApp } from '../support/app.ts';
import { call } from '../support/call.ts';
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

  for (const path of open) {
    for (const method of ['GET', 'HEAD']) assert.equal((await call(base, method, path)).code, '200', path);
  }
  const signed = await call(base, 'GET', '/pictures/profile-images/x.jpg');
  assert.equal(signed.code, 'FORBIDDEN', 'a link without a signature reaches the program, which refuses it');
  for (const [path, methods] of Object.entries(description['paths'] ?? {})) {
    for (const method of Object.keys(methods as object)) {
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
  assert.equal((await call(base, 'HEAD', '/shows')).status, 403);
  assert.equal((await call(base, 'HEAD', '/metrics')).status, 403);
  assert.equal((await call(base, 'HEAD', '/shows', withKey)).status, 401);
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
    ...said.map((answer) => `${answer?.text} ${JSON.stringify([...(answer?.headers ?? [])])}`),
  ];
  assert.ok(!all.some((text) => text.includes(KEY)));
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
      assert.deepEqual(lines.map((line) => line.split(' ')[0] ?? '').toSorted(), named);
      return true;
    },
  );
  assert.throws(() => nginxConfig('', { API_GATEWAY_KEY: 'two words' }, ''), /printable ASCII/);
});
