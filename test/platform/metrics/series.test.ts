import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CARD, startApp } from '../../support/app.ts';
import { call } from '../../support/call.ts';
import { createDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { familyOf } from '../../support/memory.ts';
import { startProcess } from '../../support/process.ts';
import { freePort } from '../../../src/platform/process/free-port.ts';

/** The values of a scrape by their series, of metrics of our own. */
const seriesOf = (text: string) =>
  new Map(
    [...text.matchAll(/^(skyfox_\S+?(?:\{.*\})?) (\S+)$/gm)].map(([, series = '', value]) => [
      series,
      Number(value),
    ]),
  );
// What is not an event: how many there may be, and what is going on.
const isState = (series: string) => /^skyfox_(db_pool|http_requests_in_flight|holds_alive)/.test(series);
const labels = (method: string, group: string) => `method="${method}",endpoint_group="${group}"`;
const HOLD = '/customer/booking/initialize';
const PAY = '/customer/booking/payment';

test('each label value that is known beforehand has its series from the start, at 0', async (t) => {
  const app = await startApp(t);
  const series = seriesOf((await app.get('/metrics')).text);
  const answers: [method: string, group: string, ...statuses: number[]][] = [
    ['POST', 'auth', 200, 401, 429],
    ['POST', 'customer_mgmt', 201, 400, 413],
    ['GET', 'wallet', 200, 401, 503],
    ['GET', 'shows', 200, 304, 500],
    ['POST', 'booking', 200, 201, 402, 409, 502, 504],
    ['DELETE', 'booking', 200, 403, 404],
    ['POST', 'checkin', 200, 403],
    ['GET', 'admin', 200, 400, 403],
    ['GET', 'other', 200, 404],
  ];
  const outcomes = ['charged', 'declined', 'refused', 'keyRefused', 'notCharged', 'unknown'];
  const wanted = [
    outcomes.map((outcome) => `skyfox_payments_total{outcome="${outcome}"}`),
    ['attempts', 'wallets', 'bookings', 'seats'].map((kind) => `skyfox_reconcile_findings{kind="${kind}"}`),
    answers.flatMap(([method, group, ...statuses]) =>
      statuses.map(
        (status) => `skyfox_http_requests_total{${labels(method, group)},status_code="${status}"}`,
      ),
    ),
    answers.map(
      ([method, group]) => `skyfox_http_request_duration_seconds_bucket{le="5",${labels(method, group)}}`,
    ),
  ].flat();
  assert.deepEqual(
    wanted.filter((each) => series.get(each) !== 0),
    [],
  );
  assert.deepEqual(
    [...series].filter(([each, value]) => value !== 0 && !isState(each)),
    [],
    'nothing has happened yet',
  );
  // Each of them is a line of every scrape.
  assert.ok(series.size < 1_000, String(series.size));
});

test('every metric has its series before the first event', async (t) => {
  const { needs } = await startApp(t);
  const told = await needs.metrics.registry.getMetricsAsJSON();
  // Node names what is open by types that nobody knows beforehand.
  const empty = told.filter(({ name, values }) => values.length === 0 && !name.startsWith('nodejs_active_'));
  assert.deepEqual(
    empty.map(({ name }) => name),
    [],
  );
  const makers = globSync('src/**/*.ts').filter((file) =>
    /new (Counter|Gauge|Histogram|Summary)\b/.test(readFileSync(file, 'utf8')),
  );
  assert.deepEqual(makers, ['src/platform/metrics/series.ts'], 'made where known labels begin at 0');
});

test('whatever people do and are refused, it counts under series that were there before', async (t) => {
  const app = await startApp(t, { env: { API_GATEWAY_KEY: 'a-key', RATE_LIMIT_PER_ACCOUNT: '2' } });
  const headers = { 'x-api-key': 'a-key' };
  const ask = (method: string, path: string, rest: Parameters<typeof call>[3] = {}) =>
    call(app.base, method, path, { ...rest, headers: { ...headers, ...rest.headers } });
  const before = seriesOf((await ask('GET', '/metrics')).text);

  const person = await app.customer({ balance: '1000.00' });
  const showId = await app.show();
  const met = new Set<string>();
  const note = async (promise: ReturnType<typeof call>) => {
    const answer = await promise;
    met.add(answer.code);
    return answer;
  };
  const wrong = { username: person.username, password: 'Wrong-1' };
  for (let i = 0; i < 4; i += 1) await note(ask('POST', '/login', { body: wrong }));
  const shows = await note(ask('GET', `/shows/${showId}/seat-map`, { as: person }));
  const etag = String(shows.headers.get('etag'));
  await note(ask('GET', `/shows/${showId}/seat-map`, { as: person, headers: { 'if-none-match': etag } }));
  await note(ask('GET', '/shows'));
  await note(ask('GET', '/revenue', { as: person }));
  await note(ask('GET', '/no-such-route'));
  await note(ask('PATCH', '/shows', { as: person }));
  await note(ask('OPTIONS', '/shows'));
  await note(call(app.base, 'GET', '/shows'));
  await note(ask('GET', '/booking/99999999/qr', { as: person }));
  await note(ask('POST', HOLD, { as: person, raw: 'x'.repeat(11 * 1024 * 1024) }));
  await note(ask('POST', HOLD, { as: person, body: {} }));
  const body = { show_id: showId, seat_numbers: ['A1'] };
  const once = { as: person, headers: { 'idempotency-key': 'once' } };
  const held = await note(ask('POST', HOLD, { ...once, body }));
  await note(ask('POST', HOLD, { ...once, body: { ...body, seat_numbers: ['A2'] } }));
  await note(ask('POST', HOLD, { as: person, body }));
  const payment = { booking_id: held.data['booking_id'], payment_method: 'Card', ...CARD };
  await note(ask('POST', PAY, { as: person, body: { ...payment, card_number: '4000000000000002' } }));
  await app.bank.close();
  await note(ask('POST', PAY, { as: person, body: payment }));
  await note(ask('POST', '/customer/wallet/add', { as: person, body: { ...CARD, amount: 10 } }));
  await app.script('alter table booking rename to gone');
  await note(ask('GET', '/customer/bookings', { as: person }));

  const after = seriesOf((await ask('GET', '/metrics')).text);
  t.diagnostic([...met].toSorted().join(' '));
  assert.ok(met.size >= 15, `answers of many kinds: ${[...met].join(' ')}`);
  assert.deepEqual(
    [...after.keys()].filter((series) => !before.has(series)),
    [],
  );
});

test('two processes report the same series as one process, and no empty ones', async (t) => {
  const { url: databaseUrl } = await createDatabase(t);
  const metricsPort = await freePort();
  const one = await startApp(t);
  const both = await startProcess(t, {
    databaseUrl,
    env: { WEB_CONCURRENCY: '2', METRICS_PORT: String(metricsPort), PAYMENT_GATEWAY_URL: one.bank.url },
  });
  const alone = seriesOf((await one.get('/metrics')).text);
  const scrape = () => call(`http://127.0.0.1:${metricsPort}`, 'GET', '/metrics');
  const summed = seriesOf((await scrape()).text);
  // /metrics behind the key is a route more.
  assert.deepEqual([...summed.keys()].toSorted(), [...alone.keys()].toSorted());
  // The start asks /ready until it is.
  const happened = [...summed].filter(([series, value]) => value !== 0 && !isState(series));
  assert.deepEqual(
    happened.filter(([series]) => !/endpoint_group="other"/.test(series)),
    [],
  );

  // Between their deaths and their successors nobody is there to tell: the scrape fails, and with it `up`.
  for (const pid of familyOf(both.pid ?? 0).slice(1)) process.kill(pid, 'SIGKILL');
  const deaths = () => both.output().split('a process died and is replaced').length - 1;
  await eventually('both are known to be gone', () => deaths() === 2);
  const unheard = await scrape();
  assert.deepEqual([unheard.status, unheard.text], [503, '']);
});
