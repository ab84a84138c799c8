import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { Type } from 'typebox';
import { Refusal } from '../../../src/platform/errors.ts';
import { createEdge, guardEdge, type EdgeSettings } from '../../../src/platform/http/edge.ts';
import { createExpressLane } from '../../../src/platform/http/express-lane.ts';
import { allow, type Identify, type Role } from '../../../src/platform/http/http.ts';
import { createReadyAnswers, readyAnswer } from '../../../src/platform/http/ready-answers.ts';
import { createServer } from '../../../src/platform/http/server.ts';
import { createMetrics, createObserver, observeRoutes } from '../../../src/platform/metrics/metrics.ts';
import { call } from '../../support/call.ts';
import { collectFaults } from '../../support/faults.ts';

const OPEN: EdgeSettings = { apiGatewayKey: undefined, corsOrigins: '*' };
const asha = { token: 'customer' };
const boss = { token: 'admin' };

test('an answer of the lane is the answer of the route, byte for byte', async (t) => {
  for (const edge of [OPEN, { apiGatewayKey: 'gate', corsOrigins: ['https://films.example'] }]) {
    const house = await openHouse(t, edge);
    const headers = { 'x-api-key': 'gate', origin: 'https://films.example', 'x-request-id': 'mine-1' };
    const [routed, express] = [await house.get(asha, headers), await house.get(asha, headers)];
    assert.equal(house.inLane(), 1);
    assert.deepEqual([express.status, express.text], [routed.status, routed.text]);
    assert.deepEqual(plain(express.headers), plain(routed.headers));
    assert.equal(express.json['request_id'], 'mine-1');

    const known = { ...headers, 'if-none-match': routed.headers.get('etag') ?? '' };
    const unchanged = await house.get(asha, known);
    assert.deepEqual([house.inLane(), unchanged.status, unchanged.text], [2, 304, '']);
    house.answers.clear();
    const unchangedRouted = await house.get(asha, known);
    assert.deepEqual([house.inLane(), unchangedRouted.status], [2, 304]);
    assert.deepEqual(plain(unchanged.headers), plain(unchangedRouted.headers));
  }
});

test('the lane gives each answer an id of its own', async (t) => {
  const house = await openHouse(t);
  await house.get(asha);
  const ids = await Promise.all(
    Array.from({ length: 3 }, async () => (await house.get(asha)).json['request_id']),
  );
  assert.equal(house.inLane(), 3);
  assert.equal(new Set(ids).size, 3);
});

test('who has no key, no token or the wrong role is refused as on the route', async (t) => {
  const house = await openHouse(t, { ...OPEN, apiGatewayKey: 'gate' });
  const key = { 'x-api-key': 'gate' };
  await house.get(boss, key, '/staff-only');
  assert.equal((await house.get(boss, key, '/staff-only')).status, 200);
  assert.equal(house.inLane(), 1);
  const refusals = [
    await house.get(boss, {}, '/staff-only'),
    await house.get(boss, { 'x-api-key': 'gat' }, '/staff-only'),
    await house.get(undefined, key, '/staff-only'),
    await house.get({ token: 'nobody' }, key, '/staff-only'),
    await house.get(asha, key, '/staff-only'),
  ];
  assert.deepEqual(
    refusals.map(({ code }) => code),
    ['INVALID_API_KEY', 'INVALID_API_KEY', 'UNKNOWN', 'UNKNOWN', 'FORBIDDEN'],
  );
  assert.equal(house.inLane(), 1);
});

test('after a write nobody is given what was before it', async (t) => {
  const house = await openHouse(t);
  for (let round = 1; round <= 3; round++) {
    await house.get(asha);
    assert.equal((await house.get(asha)).data, round);
    house.write();
    assert.equal((await house.get(asha)).data, round + 1);
  }
  // The one after each write went by the route; it was remembered for the next.
  assert.equal(house.inLane(), 5);
});

test('an answer that was being built when somebody wrote is not given again', async (t) => {
  const house = await openHouse(t);
  house.beforeBuilt = () => house.write();
  assert.equal((await house.get(asha)).data, 1);
  house.beforeBuilt = () => {};
  assert.equal((await house.get(asha)).data, 2);
});

test('a request with a body, and any other method, goes by the routes', async (t) => {
  const house = await openHouse(t);
  await house.get(asha);
  const withBody = await call(house.base, 'POST', '/programme', { as: asha, body: {} });
  assert.equal(withBody.code, 'ROUTE_NOT_FOUND');
  assert.equal(house.inLane(), 0);
});

test('a URL with parameters that its route does not know is not remembered', async (t) => {
  const house = await openHouse(t);
  for (let i = 0; i < 2; i++) await house.get(asha, {}, '/programme?_=1');
  assert.equal(house.inLane(), 0);
  for (let i = 0; i < 2; i++) await house.get(asha, {}, '/programme?date=2030-01-31');
  assert.equal(house.inLane(), 1);
});

test('what is public is given without a token, and strangers cannot have it remembered under many spellings', async (t) => {
  const house = await openHouse(t, { ...OPEN, apiGatewayKey: 'gate' });
  const key = { 'x-api-key': 'gate' };
  const get = (path: string, headers: Record<string, string> = key) => house.get(undefined, headers, path);
  for (const path of ['/public', '/public?date=2030-01-31']) {
    const [routed, express] = [await get(path), await get(path)];
    assert.deepEqual([express.status, express.data], [200, routed.data]);
    assert.equal((await get(path, {})).code, 'INVALID_API_KEY');
  }
  assert.equal(house.inLane(), 2);
  for (const path of [
    '/public?date=2030-01-3%31',
    '/public?date=2030-01-31&date=1',
    '/public?',
    '/publi%63',
  ]) {
    for (let i = 0; i < 2; i++) assert.equal((await get(path)).status, 200, path);
  }
  assert.equal(house.inLane(), 2);
});

test('what the lane answers is counted and logged like what the route answers', async (t) => {
  const house = await openHouse(t);
  await house.get(asha);
  await house.get(asha);
  await house.close();
  const lines = house.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = lines.filter(({ msg }) => msg === 'request');
  const facts = requests.map(({ msg, user, method, route, status }) => [msg, user, method, route, status]);
  assert.deepEqual(
    facts,
    [...Array(2)].map(() => ['request', 'customer', 'GET', '/programme', 200]),
  );
  assert.match(await house.metrics(), /skyfox_http_requests_total\{[^}]*status_code="200"\} 2/);
  assert.match(await house.metrics(), /skyfox_http_requests_in_flight 0/);
});

/** A server of three routes, whose data is how often somebody wrote. */
async function openHouse(t: TestContext, settings: EdgeSettings = OPEN) {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  const edge = createEdge(settings);
  const metrics = createMetrics();
  const { faults } = collectFaults();
  const observer = createObserver(metrics, { log: logger, faults, groupOf: (route) => route });
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
  const lane = createExpressLane({ identify, edge, observe: observer.observe });
  let inLane = 0;
  const counted: typeof lane = {
    ...lane,
    answer: (request, response) => lane.answer(request, response) && (inLane += 1) > 0,
  };
  const app = createServer({ logger, faults, trustProxy: false, identify, lane: counted });
  observeRoutes(app, observer);
  guardEdge(app, edge);

  let writes = 1;
  const answers = createReadyAnswers<string>('programme', app.log);
  const house = {
    answers,
    lines,
    beforeBuilt: () => {},
    write() {
      writes += 1;
      answers.clear();
    },
    inLane: () => inLane,
    metrics: () => metrics.registry.metrics(),
    close: () => app.close(),
    base: '',
    get: (as?: { token: string }, headers: Record<string, string> = {}, path = '/programme') =>
      call(house.base, 'GET', path, { headers, ...(as && { as }) }),
  };
  const build = async () => {
    const data = writes;
    await Promise.resolve();
    house.beforeBuilt();
    return { data, note: undefined };
  };
  const schema = { querystring: Type.Object({ date: Type.Optional(Type.String()) }) };
  app.get('/programme', { onRequest: allow(), schema }, async (request, reply) =>
    readyAnswer(request, reply, { ready: await answers.get('programme', build), message: 'Here' }),
  );
  app.get('/public', { schema }, async (request, reply) =>
    readyAnswer(request, reply, {
      ready: await answers.get('public', build),
      isPublic: true,
      message: 'Here',
    }),
  );
  app.get('/staff-only', { onRequest: allow('admin') }, async (request, reply) => {
    const ready = await answers.get('staff', build);
    return readyAnswer(request, reply, { ready, message: 'Here', admits: ({ role }) => role === 'admin' });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  house.base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  t.after(() => app.close());
  return house;
}

const plain = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => name !== 'date'));
