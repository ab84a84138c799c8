import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { certificate } from './certificate.ts';
import { assertRefusal, gateway, httpServer, listening, order, portOf, SUCCESS } from './gateways.ts';

const LATE = { kind: 'notCharged', reason: 'late' } as const;

/** The client's ends of all connections that are opened during a test. */
function socketsOf(t: TestContext): Socket[] {
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  t.after(() => unsubscribe('net.client.socket', note));
  return sockets;
}

test('what may not be sent any more is not sent: the connection was opened, and is closed without a byte', async (t) => {
  const received: Buffer[] = [];
  let connections = 0;
  const closed = Promise.withResolvers<void>();
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.on('data', (bytes) => received.push(bytes)).on('close', () => closed.resolve());
  });
  await listening(t, server);
  const url = `http://127.0.0.1:${portOf(server)}`;

  for (const idempotent of [false, true]) {
    const outcome = await gateway({ url, idempotent }).charge({ ...order(), mayBeSent: () => false });
    assert.deepEqual(outcome, LATE);
    assert.equal(assertRefusal(outcome, [503, 'SERVICE_UNAVAILABLE']).retryAfterSeconds, 1);
  }
  await closed.promise;
  assert.equal(connections, 2, 'not asked again');
  assert.deepEqual(received, []);
});

test('the last look is the last step: before it nothing has left, and after it all leaves in the same turn', async (t) => {
  const { url } = await httpServer(t, (_, response) => response.end(SUCCESS));
  const sockets = socketsOf(t);
  const sent: (number | undefined)[] = [];
  const mayBeSent = (withinMs: number) => {
    assert.ok(withinMs > 4_000 && withinMs <= 5_000, 'it is told how long the charge may take');
    sent.push(sockets.at(-1)?.bytesWritten);
    queueMicrotask(() => sent.push(sockets.at(-1)?.bytesWritten));
    return true;
  };
  const outcome = await gateway({ url }).charge({ ...order(), mayBeSent });
  assert.equal(outcome.kind, 'charged');
  const [before, after] = sent;
  assert.equal(before, 0);
  assert.ok(after !== undefined && after > 300, `${after} bytes had left`);
});

test('the check comes after the TLS handshake with the gateway, and not at all if the handshake fails', async (t) => {
  const server = await listening(
    t,
    createTlsServer(certificate, (_, response) => response.end(SUCCESS)),
  );
  let requests = 0;
  server.on('request', () => (requests += 1));
  const secure = gateway({ url: `https://localhost:${portOf(server)}` });
  let looks = 0;
  const mayBeSent = () => {
    looks += 1;
    return false;
  };
  assert.equal((await secure.charge({ ...order(), mayBeSent })).kind, 'notCharged');
  assert.equal(looks, 0, 'nobody vouches for the certificate');

  setDefaultCACertificates([...getCACertificates(), certificate.cert]);
  assert.deepEqual(await secure.charge({ ...order(), mayBeSent }), LATE);
  assert.deepEqual([looks, requests], [1, 0]);
});

test('a second question to a gateway that honours keys is looked at as the first: unknown stays unknown', async (t) => {
  const server = await httpServer(t, (_, response) => response.destroy());
  const looks: number[] = [];
  const outcome = await gateway({ url: server.url, idempotent: true }).charge({
    ...order(),
    mayBeSent: (withinMs) => looks.push(withinMs) === 1,
  });
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'cut' });
  assert.equal(server.requests(), 1, 'the second was not sent');
  assert.equal(looks.length, 2);
});

test('where the time-out of the gateway has run out before the first byte, none leaves', async (t) => {
  const server = await httpServer(t, (_, response) => response.end(SUCCESS));
  server.http.on('connection', () => {
    // Stands still from the opened connection until past the time-out, with everybody else in this process.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 350);
  });
  const outcome = await gateway({ url: server.url, timeoutSeconds: 0.3 }).charge(order());
  assert.equal(outcome.kind, 'notCharged');
  assert.equal(server.requests(), 0);
});

test('a gateway that hangs up before anything was sent has charged nobody', async (t) => {
  const server = await listening(
    t,
    createTcpServer((socket) => void socket.destroy()),
  );
  const url = `http://127.0.0.1:${portOf(server)}`;
  const outcome = await gateway({ url }).charge({ ...order(), mayBeSent: () => false });
  assert.equal(outcome.kind, 'notCharged');
  await once(server.close(), 'close');
});
