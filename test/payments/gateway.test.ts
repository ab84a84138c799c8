import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { chargeQuietly, gateway, httpServer, order, rawServer, SUCCESS, textOf } from './gateways.ts';

test('a charge is posted as the gateway expects it, and its transaction id comes back', async (t) => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const { url } = await httpServer(t, async (request, response) => {
    seen.push({ request, body: await textOf(request) });
    response.end(SUCCESS);
  });
  const outcome = await gateway({ url: `${url}/payment-service/` }).charge(order());

  assert.deepEqual(outcome, { kind: 'charged', transactionId: 'tx-1' });
  const [{ request, body }] = seen as [(typeof seen)[0]];
  assert.equal(`${request.method} ${request.url}`, 'POST /payment-service/payment');
  assert.equal(request.headers['x-api-key'], 'key-1');
  assert.equal(request.headers['idempotency-key'], 'attempt-7');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.equal(request.headers.connection, 'close');
  const { timestamp, ...fields } = JSON.parse(body);
  assert.deepEqual(fields, {
    card_number: '4242424242424242',
    cvv: '737',
    expiry: '12/35',
    name: 'Asha Rao',
    amount: 150.1,
  });
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
  assert.match(body, /"amount":150\.1}/);
});

test('the amount goes out digit by digit, however long', async (t) => {
  const bodies: string[] = [];
  const { url } = await httpServer(t, async (request, response) => {
    bodies.push(await textOf(request));
    response.end(SUCCESS);
  });
  for (const amount of ['0.30', '10000', '12345678901234567890.12']) {
    await gateway({ url }).charge(order({}, amount));
  }
  const sent = bodies.map((body) => /"amount":([^,}]*)/.exec(body)?.[1]);
  assert.deepEqual(sent, ['0.3', '10000', '12345678901234567890.12']);
});

test('an expiry is written MM/YY as far as people can be understood', async (t) => {
  const expiries: string[] = [];
  const { url } = await httpServer(t, async (request, response) => {
    expiries.push(JSON.parse(await textOf(request)).expiry);
    response.end(SUCCESS);
  });
  for (const [expiryMonth, expiryYear] of [
    ['5', '35'],
    ['05', '2035'],
    [' 12 ', '35'],
    ['13', '1935'],
    ['', ''],
  ]) {
    await gateway({ url }).charge(order({ expiryMonth, expiryYear }));
  }
  assert.deepEqual(expiries, ['05/35', '05/35', '12/35', '13/1935', '/']);
});

test('past the bound on charges under way there is no place, and nothing is sent', async (t) => {
  const waiting: ServerResponse[] = [];
  const server = await httpServer(t, (_, response) => void waiting.push(response));
  const bounded = gateway({ url: server.url, maxUnderWay: 2 });
  const place = bounded.admit();
  const charging = bounded.charge(order());
  while (server.requests() < 1) await once(server.http, 'request');

  assert.equal(bounded.admit(), undefined);
  assert.equal(bounded.underWay(), 2);

  place?.leave();
  place?.leave();
  assert.equal(bounded.underWay(), 1, 'leaving twice gives one place back');
  waiting[0]?.end(SUCCESS);
  assert.equal((await charging).kind, 'charged');
  assert.equal(bounded.underWay(), 0);
});

test('a gateway that honours keys is asked once more, within the time-out, with the same key and body', async (t) => {
  const seen: string[] = [];
  const { url } = await httpServer(t, async (request, response) => {
    seen.push(`${request.headers['idempotency-key']?.toString()} ${await textOf(request)}`);
    if (seen.length > 1) response.end(SUCCESS);
  });
  const { outcome } = await chargeQuietly({ url, idempotent: true, timeoutSeconds: 0.6 });

  assert.equal(outcome.kind, 'charged');
  assert.equal(seen.length, 2);
  assert.equal(seen[0], seen[1]);
});

for (const status of [400, 403, 422, 429, 503]) {
  test(`a cut charge asked for again stays unknown when that is answered with ${status}`, async (t) => {
    let asked = 0;
    const { url } = await httpServer(t, (_, response) => {
      asked += 1;
      if (asked === 1) return response.destroy();
      return response.writeHead(status).end('{}');
    });
    const { outcome } = await chargeQuietly({ url, idempotent: true });
    assert.deepEqual(outcome, { kind: 'unknown', reason: 'cut' });
    assert.equal(asked, 2);
  });
}

test('silence twice takes the time-out once', async (t) => {
  const server = await rawServer(t, () => {});
  const startedAt = performance.now();
  const { outcome } = await chargeQuietly({ url: server.url, idempotent: true, timeoutSeconds: 0.5 });
  const tookMs = performance.now() - startedAt;

  assert.deepEqual(outcome, { kind: 'unknown', reason: 'silent' });
  assert.equal(server.requests(), 2);
  assert.ok(tookMs > 450 && tookMs < 1500, `${tookMs} ms`);
});

test('a key that cannot stand in a header and a URL that is none stop the making of a gateway', () => {
  assert.throws(() => gateway({ url: 'http://localhost', apiKey: 'a\nb' }));
  assert.throws(() => gateway({ url: 'localhost 80' }));
});
