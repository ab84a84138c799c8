import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Outcome } from '../../src/payments/outcome.ts';
import { certificate } from './certificate.ts';
import {
  assertRefusal,
  chargeQuietly,
  gateway,
  listening,
  order,
  portOf,
  rawServer,
  SERVICE_ERROR,
  SUCCESS,
  type Expected,
} from './gateways.ts';

const cut: Outcome = { kind: 'unknown', reason: 'cut' };
const silent: Outcome = { kind: 'unknown', reason: 'silent' };
const HALF = `HTTP/1.1 200 OK\r\nContent-Length: ${SUCCESS.length}\r\n\r\n${SUCCESS.slice(0, 20)}`;
const connections: [string, (socket: Socket) => unknown, Outcome, Expected][] = [
  ['closed after the request', (s) => s.end(), cut, SERVICE_ERROR],
  ['reset after the request', (s) => s.resetAndDestroy(), cut, SERVICE_ERROR],
  ['closed in the middle of the answer', (s) => s.end(HALF), cut, SERVICE_ERROR],
  [
    'closed after 101',
    (s) => s.end('HTTP/1.1 101 Hm\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    cut,
    SERVICE_ERROR,
  ],
  ['silent', () => {}, silent, [504, 'PAYMENT_SERVICE_ERROR']],
  ['silent in the middle of the answer', (s) => s.write(HALF), silent, [504, 'PAYMENT_SERVICE_ERROR']],
  [
    'silent after 100 Continue',
    (s) => s.write('HTTP/1.1 100 Continue\r\n\r\n'),
    silent,
    [504, 'PAYMENT_SERVICE_ERROR'],
  ],
  ['no HTTP', (s) => s.end('+OK ready\r\n\r\n'), { kind: 'unknown', reason: 'unreadable' }, SERVICE_ERROR],
  [
    'headers without end',
    (s) => s.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1 << 17)}`),
    { kind: 'unknown', reason: 'unreadable' },
    SERVICE_ERROR,
  ],
];

for (const [what, react, expected, refusal] of connections) {
  test(`a connection that is ${what} means ${expected.kind}`, async (t) => {
    const server = await rawServer(t, react);
    const { outcome } = await chargeQuietly({ url: server.url, timeoutSeconds: 0.4 });

    assert.deepEqual(outcome, expected);
    assert.equal(server.requests(), 1, 'not asked again');
    assertRefusal(outcome, refusal);
  });
}

test('an answer that drips in is not waited for past the time-out', async (t) => {
  const { url } = await rawServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    const dripping = setInterval(() => socket.write(' '), 20);
    socket.on('close', () => clearInterval(dripping));
  });
  const startedAt = performance.now();
  const { outcome } = await chargeQuietly({ url, timeoutSeconds: 0.3 });

  assert.deepEqual(outcome, silent);
  assert.ok(performance.now() - startedAt < 1500);
});

test('a refused connection, an unknown name and a failed TLS handshake charged nothing', async (t) => {
  const closed = await rawServer(t, () => {});
  await closed.close();
  const plain = await rawServer(t, (socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'));
  const found = [
    await chargeQuietly({ url: closed.url }),
    await chargeQuietly({ url: 'http://gateway.invalid' }),
    await chargeQuietly({ url: plain.url.replace('http:', 'https:') }),
  ];
  for (const { outcome } of found) {
    assert.equal(outcome.kind, 'notCharged');
    assert.equal(outcome.reason, 'unreachable');
    assert.match(outcome.code ?? '', /^[A-Z_]+$/);
    assertRefusal(outcome, SERVICE_ERROR);
  }
});

test('a server whose certificate nobody vouches for never sees the request; trusted, it charges', async (t) => {
  const server = await listening(
    t,
    createTlsServer(certificate, (_, response) => response.end(SUCCESS)),
  );
  let requests = 0;
  server.on('request', () => requests++);
  const url = `https://localhost:${portOf(server)}`;
  const { outcome } = await chargeQuietly({ url });
  assert.deepEqual(outcome, {
    kind: 'notCharged',
    reason: 'unreachable',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  assert.equal(requests, 0);

  setDefaultCACertificates([...getCACertificates(), certificate.cert]);
  assert.deepEqual(await gateway({ url }).charge(order()), { kind: 'charged', transactionId: 'tx-1' });
});

test('a handshake that never ends charged nothing, and the client hears of silence', async (t) => {
  const { url } = await rawServer(t, () => {});
  const { outcome } = await chargeQuietly({ url: url.replace('http:', 'https:'), timeoutSeconds: 0.3 });

  assert.deepEqual(outcome, { kind: 'notCharged', reason: 'silent' });
  assertRefusal(outcome, [504, 'PAYMENT_SERVICE_ERROR']);
});

test('a gateway that comes back at once is reached by the second try to connect', async (t) => {
  const down = await rawServer(t, () => {});
  await down.close();
  const charging = gateway({ url: down.url }).charge(order());
  const back = createServer((_, response) => response.end(SUCCESS));
  await listening(t, back, down.port);

  assert.equal((await charging).kind, 'charged');
});
