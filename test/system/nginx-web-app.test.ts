import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { call, tally } from '../support/call.ts';
import { listen } from '../support/listen.ts';
import { KEY, lacks, startNginx } from '../support/nginx.ts';
import { raw, request } from '../support/raw.ts';

const skip = lacks('nginx');
const hostOf = (base: string) => new URL(base).host;
const on = { WEB_APP: 'on' };

test(
  'with WEB_APP=on the app and its API pass without the key, and nothing else does',
  { skip },
  async (t) => {
    const app = await startApp(t);
    const { base } = await startNginx(t, { upstream: hostOf(app.base), env: on });
    const person = await app.customer();
    const showId = await app.show({ days: 1 });

    const page = await call(base, 'GET', '/app/');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/);
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer', 'once');
    const [, script = ''] = /src="([^"]+)"/.exec(page.text) ?? [];
    const file = await call(base, 'GET', script, { headers: { 'accept-encoding': 'br' } });
    assert.deepEqual([file.status, file.headers.get('content-encoding')], [200, 'br']);
    assert.match(file.headers.get('cache-control') ?? '', /immutable/);

    assert.equal((await call(base, 'GET', '/app/api/programme')).status, 200);
    const body = { show_id: showId, seat_numbers: ['A1'] };
    const held = await call(base, 'POST', '/app/api/customer/booking/initialize', { as: person, body });
    assert.equal(held.status, 201);
    const cancel = `/app/api/customer/booking/${Number(held.data['booking_id'])}/cancel`;
    assert.equal((await call(base, 'DELETE', cancel, { as: person })).status, 200);
    for (const path of [
      '/shows',
      '/programme',
      '/programme/events',
      '/metrics',
      '/APP/',
      '/apps',
      '//app/api/shows',
      '/app%2fapi/shows',
    ]) {
      assert.equal((await call(base, 'GET', path, { as: person })).code, 'INVALID_API_KEY', path);
    }
    assert.equal((await call(base, 'GET', '/app/api/metrics')).code, 'ROUTE_NOT_FOUND');
    assert.equal((await call(base, 'PUT', '/app/api/shows')).code, 'INVALID_API_KEY');
  },
);

test('without it nothing under /app/ passes', { skip }, async (t) => {
  const app = await startApp(t);
  const { base } = await startNginx(t, { upstream: hostOf(app.base) });
  for (const path of ['/app', '/app/', '/app/api/programme', '/app/api/shows']) {
    assert.equal((await call(base, 'GET', path)).code, 'INVALID_API_KEY', path);
  }
  assert.equal((await call(base, 'GET', '/app/', { headers: { 'x-api-key': KEY } })).status, 200);
});

test('no way of writing a path leads by the app to what is not for the app', { skip }, async (t) => {
  const app = await startApp(t);
  const { port } = await startNginx(t, { upstream: hostOf(app.base), env: on });
  const parts = [
    '/',
    '//',
    '/../',
    '/./',
    '%2f',
    '%2e%2e',
    '\\',
    ';',
    '?',
    '#',
    '%00',
    '..',
    '%252f',
    'metrics',
    '%6detrics',
    'app',
    'api',
    'App',
  ];
  let state = 20_270_101;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const part = () => parts[Math.floor(next() * parts.length)] ?? '';
  const ends = ['metrics', '/metrics', '%6detrics', '/%6detrics', '%2fmetrics', '/../metrics', '//metrics'];
  const targets = Array.from(
    { length: 1_000 },
    (_, i) => `/app/api/${Array.from({ length: i % 5 }, part).join('')}${ends[i % ends.length]}`,
  );
  for (let at = 0; at < targets.length; at += 50) {
    const some = targets.slice(at, at + 50);
    const answers = await Promise.all(some.map((target) => raw(port, request('GET', target, [], ''))));
    answers.forEach(({ body }, i) => assert.doesNotMatch(body, /skyfox_http/, some[i]));
  }
});

test(
  'the limits of addresses hold for the app, and an address has a hundred streams',
  { skip },
  async (t) => {
    const app = await startApp(t);
    const limited = { ...on, NGINX_RATE_ADDRESS: '5' };
    const { base } = await startNginx(t, { upstream: hostOf(app.base), env: limited });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => call(base, 'GET', '/app/api/programme')),
    );
    const { 200: passed = 0, RATE_LIMITED: refused = 0 } = tally(answers.map(({ code }) => code));
    assert.ok(passed >= 10 && passed <= 14 && passed + refused === 40, `${passed} passed`);

    const unlimited = await startNginx(t, { upstream: hostOf(app.base), env: on });
    const paths = ['/app/api/programme/events', '/app/api/programme/%65vents'];
    const streams = await Promise.all(
      Array.from({ length: 110 }, (_, i) => listen(unlimited.base + paths[i % 2])),
    );
    t.after(() => streams.forEach((stream) => stream.leave()));
    assert.deepEqual(tally(streams.map(({ response }) => String(response.status))), { 200: 100, 429: 10 });
  },
);
