import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedUp } from '../../customers/people.ts';
import { listOperations, pathWith } from '../../support/api.ts';
import { startApp, type Person } from '../../support/app.ts';
import { call, type Answer, type Ask } from '../../support/call.ts';
import { wholeFile } from '../../support/database.ts';
import { raw, request } from '../../support/raw.ts';

const app = await startApp(wholeFile);
const port = Number(new URL(app.base).port);
const show = await app.show({ days: 1 });
const asha = await signedUp(app);
const booking = Number((await app.hold(asha, show, ['A1'])).data['booking_id']);
const people: (Person | undefined)[] = [undefined, asha, app.admin, app.staff];

// Of the moment, or of the line, which fetch closes after each HEAD.
const PASSING = new Set(['date', 'transfer-encoding', 'connection', 'keep-alive']);
const lasting = ({ headers }: Answer) =>
  Object.fromEntries([...headers].filter(([name]) => !PASSING.has(name)));

async function assertAlike(path: string, ask: Ask = {}) {
  const asked = {
    ...ask,
    headers: { ...ask.headers, 'x-request-id': 'the-same', 'accept-encoding': 'identity' },
  };
  const [get, head] = [await app.call('GET', path, asked), await app.call('HEAD', path, asked)];
  const what = `${path} as ${JSON.stringify(ask)}`;
  assert.equal(head.status, get.status, what);
  assert.equal(head.text, '', what);
  assert.deepEqual(lasting(head), lasting(get), what);
  return head.status;
}

test('HEAD answers wherever GET does, with its status and headers and without its body', async () => {
  const operations = await listOperations(app);
  const described = operations.filter(({ method }) => method === 'GET').map(({ path }) => path);
  const paths = [
    ...described,
    '/docs/',
    '/docs',
    '/docs/js/scalar.js',
    '/openapi.json',
    '/nowhere',
    '/login',
    '/%zz',
  ];
  const seen = new Set<number>();
  for (const path of paths.filter((each) => !each.endsWith('/events'))) {
    const target = pathWith(path, path.startsWith('/booking') ? booking : show);
    for (const as of people) seen.add(await assertAlike(target, as && { as }));
  }
  for (const path of [
    '/shows?date=nonsense',
    '/show?id=x',
    `/show?id=${show}`,
    '/booking-csv?month=13',
    '/revenue?year=x',
  ])
    seen.add(await assertAlike(path, { as: app.admin }));
  seen.add(await assertAlike(`/security-questions/by-email?email=${asha.email}`));
  for (const status of [200, 400, 401, 403, 404]) assert.ok(seen.has(status), `some answered ${status}`);
});

test('a HEAD is the whole of its answer, so that the connection goes on', async () => {
  const headers = ['Host: test', `Authorization: Bearer ${app.admin.token}`];
  const paths = [
    `/shows/${show}/seat-map`,
    '/booking-csv',
    '/docs/',
    '/nowhere',
    `/shows/${show}/seat-map/events`,
  ];
  // Twice, since the second seat map comes by the fast path.
  const heads = [...paths, ...paths].map((path) =>
    [`HEAD ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n'),
  );
  const { text } = await raw(port, heads.join('') + request('GET', '/health'));
  const parts = text.split('\r\n\r\n');
  assert.deepEqual(
    parts.map((part) => /^HTTP\/1\.1 (\d+)/.exec(part)?.[1] ?? part),
    ['200', '200', '200', '404', '200', '200', '200', '200', '404', '200', '200', '{"status":"healthy"}'],
  );
});

test('HEAD of an answer that is kept ready is its answer too', async () => {
  for (let round = 0; round < 3; round += 1) {
    await assertAlike(`/shows/${show}/seat-map`, { as: asha });
    const { headers } = await app.get(`/shows/${show}/seat-map`, { as: asha });
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    assert.equal(await assertAlike(`/shows/${show}/seat-map`, { as: asha, headers: known }), 304);
  }
});

test('HEAD wants the gateway key as GET does, and the open routes are open to it', async (t) => {
  const { base } = await startApp(t, { env: { API_GATEWAY_KEY: 'the key' } });
  for (const path of ['/', '/health', '/ready', '/docs/', '/openapi.json', '/posters/tt0111161.svg'])
    assert.equal((await call(base, 'HEAD', path)).status, 200, path);
  assert.equal((await call(base, 'HEAD', '/shows')).status, 403);
  assert.equal((await call(base, 'HEAD', '/shows', { headers: { 'x-api-key': 'the key' } })).status, 401);
});

test('HEAD of a stream of events opens none', async () => {
  const person = await app.customer();
  const events = `/shows/${show}/seat-map/events`;
  for (let round = 0; round < 8; round += 1) {
    const head = await app.call('HEAD', events, { as: person });
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(head.headers.get('content-type'), 'text/event-stream');
    assert.equal(head.headers.get('content-length'), null);
  }
  assert.equal(app.needs.watching.watchers(), 0);
  assert.equal((await app.call('HEAD', '/shows/99999999/seat-map/events', { as: person })).status, 404);
  assert.equal((await app.call('HEAD', '/shows/x/seat-map/events', { as: person })).status, 400);
  assert.equal((await app.call('HEAD', events)).status, 401);

  const away = new AbortController();
  const headers = { authorization: `Bearer ${person.token}` };
  const open = () => fetch(app.base + events, { headers, signal: away.signal });
  for (let streams = 0; streams < 5; streams += 1) assert.equal((await open()).status, 200);
  const sixth = await app.call('HEAD', events, { as: person });
  assert.deepEqual([sixth.status, sixth.headers.get('retry-after')], [429, '5']);
  away.abort();
});

test('HEAD of the export reads no bookings', async () => {
  await app.rows('alter table booking rename to hidden_booking');
  const head = await app.call('HEAD', '/booking-csv?year=2025', { as: app.admin });
  await app.rows('alter table hidden_booking rename to booking');
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-disposition'), 'attachment; filename="bookings_2025.csv"');
});

test('HEAD is counted and logged under its own name, by the routes and by the fast path', async () => {
  const count = async (group: string) => {
    const { text } = await app.get('/metrics');
    const series = `skyfox_http_requests_total{method="HEAD",endpoint_group="${group}",status_code="200"} `;
    return Number(text.split(series)[1]?.split('\n')[0]);
  };
  for (const [path, group] of [
    ['/security-questions', 'auth'],
    ['/slot-all', 'shows'],
  ] as const) {
    const logged = () =>
      app.lines.filter((line) => line.includes('"HEAD"') && line.includes(`"${path}"`)).length;
    const before = { counted: await count(group), logged: logged() };
    for (let round = 0; round < 3; round += 1) await app.call('HEAD', path, { as: app.admin });
    assert.deepEqual(
      { counted: await count(group), logged: logged() },
      {
        counted: before.counted + 3,
        logged: before.logged + 3,
      },
    );
  }
});
