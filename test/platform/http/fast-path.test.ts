import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { Type } from 'typebox';
import { Refusal } from '../../../src/platform/errors.ts';
import { createEdge, guardEdge, type EdgeSettings } from '../../../src/platform/http/edge.ts';
import { createAnswerCache } from '../../../src/platform/http/answer-cache.ts';
import { createFastPath } from '../../../src/platform/http/fast-path.ts';
import { allow, type Identify, type Role } from '../../../src/platform/http/http.ts';
import { sendCached } from '../../../src/platform/http/send-cached.ts';
import { createServer } from '../../../src/platform/http/server.ts';
import { createMetrics } from '../../../src/platform/metrics/metrics.ts';
import { createObserver, observeRoutes } from '../../../src/platform/metrics/observe-requests.ts';
import { call } from '../../support/call.ts';
import { collectFaults } from '../../support/faults.ts';

const OPEN: EdgeSettings = { apiGatewayKey: undefined, corsOrigins: '*' };
const asha = { token: 'customer' };
const boss = { token: 'admin' };

test('the fast path answers as the route does, byte for byte', async (t) => {
  for (const edge of [OPEN, { apiGatewayKey: 'gate', corsOrigins: ['https://films.example'] }]) {
    const server = await openServer(t, edge);
    const headers = { 'x-api-key': 'gate', origin: 'https://films.example', 'x-request-id': 'mine-1' };
    const [routed, fast] = [await server.get(asha, headers), await server.get(asha, headers)];
    assert.equal(server.byFastPath(), 1);
    assert.deepEqual([fast.status, fast.text], [routed.status, routed.text]);
    assert.deepEqual(plain(fast.headers), plain(routed.headers));
    assert.equal(fast.json['request_id'], 'mine-1');

    const known = { ...headers, 'if-none-match': routed.headers.get('etag') ?? '' };
    const unchanged = await server.get(asha, known);
    assert.deepEqual([server.byFastPath(), unchanged.status, unchanged.text], [2, 304, '']);
    server.answers.clear();
    const unchangedRouted = await server.get(asha, known);
    assert.deepEqual([server.byFastPath(), unchangedRouted.status], [2, 304]);
    assert.deepEqual(plain(unchanged.headers), plain(unchangedRouted.headers));
  }
});

test('each answer of the fast path has an id of its own', async (t) => {
  const server = await openServer(t);
  await server.get(asha);
  const ids = await Promise.all(
    Array.from({ length: 3 }, async () => (await server.get(asha)).json['request_id']),
  );
  assert.equal(server.byFastPath(), 3);
  assert.equal(new Set(ids).size, 3);
});

test('a request without a key, a token or the right role is refused as on the route', async (t) => {
  const server = await openServer(t, { ...OPEN, apiGatewayKey: 'gate' });
  const key = { 'x-api-key': 'gate' };
  await server.get(boss, key, '/staff-only');
  assert.equal((await server.get(boss, key, '/staff-only')).status, 200);
  assert.equal(server.byFastPath(), 1);
  const refusals = [
    await server.get(boss, {}, '/staff-only'),
    await server.get(boss, { 'x-api-key': 'gat' }, '/staff-only'),
    await server.get(undefined, key, '/staff-only'),
    await server.get({ token: 'nobody' }, key, '/staff-only'),
    await server.get(asha, key, '/staff-only'),
  ];
  assert.deepEqual(
    refusals.map(({ code }) => code),
    ['INVALID_API_KEY', 'INVALID_API_KEY', 'UNKNOWN', 'UNKNOWN', 'FORBIDDEN'],
  );
  assert.equal(server.byFastPath(), 1);
});

test('after a write no request gets what was before it', async (t) => {
  const server = await openServer(t);
  for (let round = 1; round <= 3; round++) {
    await server.get(asha);
    assert.equal((await server.get(asha)).data, round);
    server.write();
    assert.equal((await server.get(asha)).data, round + 1);
  }
  // The one after each write went by the route; it was remembered for the next.
  assert.equal(server.byFastPath(), 5);
});

test('an answer that was being read during a write is not given again', async (t) => {
  const server = await openServer(t);
  server.beforeRead = () => server.write();
  assert.equal((await server.get(asha)).data, 1);
  server.beforeRead = () => {};
  assert.equal((await server.get(asha)).data, 2);
});

test('a request with a body, and any other method, goes by the routes', async (t) => {
  const server = await openServer(t);
  await server.get(asha);
  const withBody = await call(server.base, 'POST', '/programme', { as: asha, body: {} });
  assert.equal(withBody.code, 'ROUTE_NOT_FOUND');
  assert.equal(server.byFastPath(), 0);
});

test('what a route has sent to a user of one role is given to that role alone, until it is sent to another', async (t) => {
  const server = await openServer(t);
  await server.get(boss);
  await server.get(asha);
  assert.equal(server.byFastPath(), 0);
  await server.get(boss);
  await server.get(asha);
  assert.equal(server.byFastPath(), 2);
});

test('what is public is given without a token, but not without the key', async (t) => {
  const server = await openServer(t, { ...OPEN, apiGatewayKey: 'gate' });
  const key = { 'x-api-key': 'gate' };
  await server.get(undefined, key, '/public');
  for (const as of [undefined, asha, { token: 'nobody' }]) {
    assert.equal((await server.get(as, key, '/public')).status, 200);
    assert.equal((await server.get(as, {}, '/public')).code, 'INVALID_API_KEY');
  }
  assert.equal(server.byFastPath(), 3);
});

test('of the ways to write a URL only the plain one is remembered', async (t) => {
  const server = await openServer(t);
  const others = ['?_=1', '?date=2030-01-31&date=1', '?d%61te=2030-01-31', '?date=2030-01-31&', '?'];
  for (const url of [...others.map((search) => `/programme${search}`), '/pr%6Fgramme']) {
    for (let i = 0; i < 2; i++) assert.equal((await server.get(asha, {}, url)).status, 200, url);
  }
  assert.equal(server.byFastPath(), 0);
  for (let i = 0; i < 2; i++) await server.get(asha, {}, '/programme?date=2030-01-31');
  assert.equal(server.byFastPath(), 1);
});

test('what the fast path answers is counted and logged like what the route answers', async (t) => {
  const server = await openServer(t);
  await server.get(asha);
  await server.get(asha);
  await server.close();
  const lines = server.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = lines.filter(({ msg }) => msg === 'request');
  const facts = requests.map(({ msg, user, method, route, status }) => [msg, user, method, route, status]);
  assert.deepEqual(
    facts,
    [...Array(2)].map(() => ['request', 'customer', 'GET', '/programme', 200]),
  );
  assert.match(await server.metrics(), /skyfox_http_requests_total\{[^}]*status_code="200"\} 2/);
  assert.match(await server.metrics(), /skyfox_http_requests_in_flight 0/);
});

/** A server whose routes answer with the number of writes. */
async function openServer(t: TestContext, settings: EdgeSettings = OPEN) {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  const edge = createEdge(settings);
  const metrics = createMetrics();
  const { faults } = collectFaults();
  const observer = createObserver(metrics.http, { log: logger, faults, groupOf: (route) => route });
  const identify: Identify = (authorization) => {
    const username = authorization?.replace('Bearer ', '') ?? '';
    if (!['customer', 'admin'].includes(username)) throw new Refusal(401, 'UNKNOWN', 'Who is it?');
    return {
      username,
      role: username as Role,
      sessionId: 'a session',
      expiresAt: new Date(Date.now() + 9_000),
    };
  };
  const fastPath = createFastPath({ identify, edge, observe: observer.observe });
  let byFastPath = 0;
  const counted: typeof fastPath = {
    ...fastPath,
    answer: (request, response) => fastPath.answer(request, response) && (byFastPath += 1) > 0,
  };
  const app = createServer({ logger, faults, trustProxy: false, identify, fastPath: counted });
  observeRoutes(app, observer);
  guardEdge(app, edge);

  let writes = 1;
  const answers = createAnswerCache<string>({
    name: 'programme',
    log: app.log,
    hearsChanges: () => true,
  });
  const server = {
    answers,
    lines,
    beforeRead: () => {},
    write() {
      writes += 1;
      answers.clear();
    },
    byFastPath: () => byFastPath,
    metrics: () => metrics.registry.metrics(),
    close: () => app.close(),
    base: '',
    get: (as?: { token: string }, headers: Record<string, string> = {}, path = '/programme') =>
      call(server.base, 'GET', path, { headers, ...(as && { as }) }),
  };
  const read = async () => {
    const data = writes;
    await Promise.resolve();
    server.beforeRead();
    return { data, facts: undefined };
  };
  const schema = { querystring: Type.Object({ date: Type.Optional(Type.String()) }) };
  const answerFrom = async (key: string, request: FastifyRequest, reply: FastifyReply) =>
    sendCached(request, reply, { answer: await answers.get(key, read), message: 'Here' });
  app.get('/programme', { onRequest: allow(), schema }, (request, reply) =>
    answerFrom('programme', request, reply),
  );
  app.get('/staff-only', { onRequest: allow('admin') }, (request, reply) =>
    answerFrom('staff', request, reply),
  );
  app.get('/public', { schema }, async (request, reply) =>
    sendCached(request, reply, {
      answer: await answers.get('public', read),
      message: 'Here',
      isPublic: true,
    }),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  server.base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  t.after(() => app.close());
  return server;
}

const plain = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => name !== 'date'));
