import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { raw } from '../support/raw.ts';

const KEY = 'the-key-of-the-gateway';
const locked = { env: { API_GATEWAY_KEY: KEY, WEB_APP: 'on' } };

test('under /app/api/ every route answers as without the prefix, and needs no gateway key', async (t) => {
  const app = await startApp(t, locked);
  const person = await app.customer();
  const showId = await app.show({ days: 1 });

  assert.equal((await app.get('/shows', { as: person })).code, 'INVALID_API_KEY');
  // Twice, since the second is answered by the fast path.
  for (const path of [`/shows/${showId}/seat-map`, '/shows', '/customer/bookings']) {
    for (const round of [1, 2]) {
      const open = await app.get(`/app/api${path}`, { as: person });
      const keyed = await app.get(path, { as: person, headers: { 'x-api-key': KEY } });
      assert.deepEqual([open.status, open.data], [200, keyed.data], `${path}, ${round}`);
      assert.equal(open.headers.get('etag'), keyed.headers.get('etag'));
    }
    // What the fast path remembers stays closed without the prefix.
    assert.equal((await app.get(path, { as: person })).code, 'INVALID_API_KEY');
  }
  const held = await app.post('/app/api/customer/booking/initialize', {
    as: person,
    body: { show_id: showId, seat_numbers: ['A1'] },
  });
  assert.equal(held.status, 201);
  assert.equal((await app.get('/app/api/shows')).code, 'MISSING_AUTH_HEADER');
});

test('nothing but the API is open under /app/api/, however its path is written', async (t) => {
  const app = await startApp(t, locked);
  const port = Number(new URL(app.base).port);
  const person = await app.customer();
  const ask = (target: string) =>
    raw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${person.token}\r\nConnection: close\r\n\r\n`,
    );

  const tricks = [
    '/app/api/metrics',
    '/app/api/metrics?x',
    '/app/api/%6detrics',
    '/app/api/%6Detrics',
    '/app/api/../metrics',
    '/app/api/%2e%2e/metrics',
    '/app/api/..%2fmetrics',
    '/app/api//metrics',
    '/app/api//shows',
    '/app/api/./shows',
    '/app/api/%2fshows',
    '/app/api/app/api/shows',
    '/app/%61pi/shows',
    '/app/api/SHOWS',
    '/APP/API/shows',
    '/App/api/shows',
    '//app/api/shows',
    '/app%2fapi%2fshows',
    '/metrics/../app/api/shows',
    '/metrics#/app/api/shows',
    '/metrics;/app/api/',
    '/shows?/app/api/',
    'http://localhost/app/api/shows',
    'http://localhost/metrics',
  ];
  for (const target of tricks) {
    const { status, body } = await ask(target);
    assert.ok([400, 403, 404].includes(status), `${target}: ${status}`);
    assert.doesNotMatch(body, /skyfox_|"data"/, target);
  }
  for (const target of ['/app/../app/api/shows', '/app/./api/shows', '/app/x/../api/metrics']) {
    const { body } = await ask(target);
    assert.match(body, /^<!doctype html>/, `${target} is a path of the app’s own`);
  }
  assert.equal((await app.get('/metrics')).code, 'INVALID_API_KEY');
  assert.equal((await app.get('/metrics', { headers: { 'x-api-key': KEY } })).status, 200);
});

test('a request by the prefix is counted and logged under its route', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  for (let round = 0; round < 3; round += 1) await app.get('/app/api/slot-all', { as: person });
  await app.get('/app/api/shows', { as: person });

  const metrics = await app.get('/metrics');
  assert.match(metrics.text, /endpoint_group="shows",status_code="403"} 3/);
  const routes = app.lines.map((line) => (JSON.parse(line) as { route?: string }).route).filter(Boolean);
  assert.deepEqual(routes.slice(0, 4), ['/slot-all', '/slot-all', '/slot-all', '/shows']);
});
