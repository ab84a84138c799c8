import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { allow } from '../../../src/platform/http/http.ts';
import { createServer } from '../../../src/platform/http/server.ts';
import { PACE, type Pace } from '../../../src/platform/http/slow-bodies.ts';
import { Refusal } from '../../../src/platform/errors.ts';
import { eventually } from '../../support/eventually.ts';
import { collectFaults } from '../../support/faults.ts';

// As in the program, in a fortieth of the time. Clients that keep the pace send ten times as much as they have to.
const QUICK: Pace = { withinMs: 800, windowMs: 400, windowBytes: 1_000, longestMs: 60_000, mostAtOnce: 10 };
const PIECE = 'x'.repeat(1_000);
const EVERY_MS = 40;
// For a test whose client must be given up before any window ends.
const ENDLESS_WINDOW = { windowMs: 60_000 };
const PATIENCE_MS = 20_000;

async function openServer(t: TestContext, changes: Partial<Pace> = {}) {
  const app = createServer({
    faults: collectFaults().faults,
    logger: pino({ level: 'silent' }),
    trustProxy: false,
    identify: () => Promise.reject(new Refusal(401, 'UNKNOWN', 'Who is it?')),
    pace: { ...QUICK, ...changes },
  });
  app.post('/upload', async ({ body }) => ({ length: (body as { text: string }).text.length }));
  app.post('/pending', () => new Promise(() => undefined));
  app.post('/refused', { onRequest: allow() }, async () => ({}));
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { app, port: (app.server.address() as AddressInfo).port };
}

/** A client that sends what it is told to, and reads what it is answered. */
async function openClient(t: TestContext, port: number, { allowHalfOpen = false } = {}) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen }).setEncoding('utf8');
  socket.on('error', () => undefined);
  let answered = '';
  socket.on('data', (text: string) => (answered += text));
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  socket.once('close', () => resolve(answered));
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  let sending: NodeJS.Timeout | undefined;
  const client = {
    /** All that was answered, once the server has hung up; rejects where it does not. */
    async untilClosed() {
      assert.ok(await client.isClosedAfter(PATIENCE_MS), 'the server hangs up');
      return closed;
    },
    send: (text: string) => socket.write(text),
    begin: (path = '/upload') =>
      client.send(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('{"text":"')}`,
      ),
    /** Sends a piece again and again, or nothing more. */
    keepOn(piece: string) {
      clearInterval(sending);
      if (piece === '') return;
      sending = setInterval(() => client.send(chunk(piece)), EVERY_MS);
      t.after(() => clearInterval(sending));
    },
    /** Ends the body, and gives the answer once it is there. */
    async end() {
      clearInterval(sending);
      client.send(`${chunk('"}')}0\r\n\r\n`);
      while (!answered.includes('\r\n\r\n')) await Promise.race([once(socket, 'data'), closed]);
      return answered;
    },
    /** Resolves after so long, or when the server has hung up; true where it has. */
    isClosedAfter: (ms: number) =>
      Promise.race([closed.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), ms))]),
  };
  return client;
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** What a request is told that did not arrive in time. */
function assertLate(answer: string): void {
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /Connection: close/);
  const { status, code } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { status: string; code: string };
  assert.deepEqual([status, code], ['ERROR', 'REQUEST_TIMEOUT']);
}

test('a slow body has 30 s, and up to ten minutes more as long as 100 KiB come in each 10 s', () => {
  const { withinMs, windowMs, windowBytes, longestMs } = PACE;
  assert.deepEqual([withinMs, windowBytes, longestMs], [30_000, 100 * 1024, 600_000]);
  assert.ok(windowMs >= 10_000 && windowMs < 11_000);
});

test('a body that keeps the pace arrives, however long it takes', async (t) => {
  const { port } = await openServer(t);
  const client = await openClient(t, port);
  client.begin();
  client.keepOn(PIECE);
  assert.equal(await client.isClosedAfter(QUICK.withinMs + 4 * QUICK.windowMs), false);
  assert.match(await client.end(), /^HTTP\/1\.1 200 .*"length":\d{5}/s);
});

test('a body that trickles is given up when the time for all bodies is over', async (t) => {
  const { port } = await openServer(t, ENDLESS_WINDOW);
  const client = await openClient(t, port);
  client.begin();
  client.keepOn('x');
  assertLate(await client.untilClosed());
});

test('a body that kept the pace and then trickles, or stops, is given up within a window', async (t) => {
  const { port } = await openServer(t);
  for (const rest of ['x', '']) {
    const client = await openClient(t, port);
    client.begin();
    client.keepOn(PIECE);
    assert.equal(await client.isClosedAfter(QUICK.withinMs + 2 * QUICK.windowMs), false);
    client.keepOn(rest);
    assertLate(await client.untilClosed());
  }
});

test('a body that keeps the pace for ever is given up in the end', async (t) => {
  const { port } = await openServer(t, { longestMs: 3 * QUICK.windowMs });
  const client = await openClient(t, port);
  client.begin();
  client.keepOn(PIECE);
  assertLate(await client.untilClosed());
});

test('a limited number of slow bodies may go on at once, and the end of a body lets another go on', async (t) => {
  const { port } = await openServer(t, { mostAtOnce: 2 });
  const clients = await Promise.all([1, 2, 3].map(() => openClient(t, port)));
  for (const client of clients) {
    client.begin();
    client.keepOn(PIECE);
  }
  assertLate(await Promise.race(clients.map((client) => client.untilClosed())));
  const states = await Promise.all(
    clients.map(async (client) => [client, await client.isClosedAfter(400)] as const),
  );
  const going = states.filter(([, isClosed]) => !isClosed).map(([client]) => client);
  assert.equal(going.length, 2);
  assert.match((await going[0]?.end()) ?? '', /^HTTP\/1\.1 200 /);
  const next = await openClient(t, port);
  next.begin();
  next.keepOn(PIECE);
  assert.equal(await next.isClosedAfter(QUICK.withinMs + 2 * QUICK.windowMs), false);
});

test('headers have the old limit, also on a connection whose body was slow', async (t) => {
  const { port } = await openServer(t);
  const client = await openClient(t, port);
  client.begin();
  client.keepOn(PIECE);
  assert.equal(await client.isClosedAfter(QUICK.withinMs + QUICK.windowMs), false);
  const first = await client.end();
  assert.match(first, /^HTTP\/1\.1 200 /);
  client.send(`POST /upload HTTP/1.1\r\nX-Long: ${'x'.repeat(8_000)}\r\n`);
  const all = await client.untilClosed();
  assertLate(all.slice(first.length));
});

test('a connection whose slow body has arrived is good for another request, whenever it comes', async (t) => {
  const { port } = await openServer(t);
  const client = await openClient(t, port);
  client.begin();
  client.keepOn(PIECE);
  assert.equal(await client.isClosedAfter(QUICK.withinMs + QUICK.windowMs), false);
  assert.match(await client.end(), /^HTTP\/1\.1 200 /);
  assert.equal(await client.isClosedAfter(3 * QUICK.windowMs), false);
  client.send(
    'POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{"text":""}',
  );
  assert.match(await client.untilClosed(), /200 OK.*200 OK/s);
});

test('a body that nobody waits for does not go on', async (t) => {
  const { port } = await openServer(t, ENDLESS_WINDOW);
  const client = await openClient(t, port);
  client.begin('/refused');
  client.keepOn(PIECE);
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 401 /);
});

test('headers behind a body that has arrived, but is not answered yet, do not go on', async (t) => {
  const { port } = await openServer(t, ENDLESS_WINDOW);
  const client = await openClient(t, port);
  client.begin('/pending');
  // In a packet of its own, so that the body counts.
  assert.equal(await client.isClosedAfter(100), false);
  client.send(chunk(PIECE) + chunk(PIECE) + chunk('"}') + '0\r\n\r\nPOST /upload HTTP/1.1\r\n');
  await client.untilClosed();
});

test('a program that stops does not wait for a slow body', async (t) => {
  const { app, port } = await openServer(t, ENDLESS_WINDOW);
  const client = await openClient(t, port);
  client.begin();
  client.keepOn(PIECE);
  assert.equal(await client.isClosedAfter(QUICK.withinMs + 1_000), false);
  await app.close();
  assertLate(await client.untilClosed());
});

test('a client that is refused for being late, and never hangs up, keeps no connection', async (t) => {
  const { app, port } = await openServer(t, ENDLESS_WINDOW);
  const count = () => new Promise<number>((resolve) => app.server.getConnections((_, open) => resolve(open)));
  const [silent, still] = [
    await openClient(t, port, { allowHalfOpen: true }),
    await openClient(t, port, { allowHalfOpen: true }),
  ];
  silent.send('POST /upload HTTP/1.1\r\n');
  still.begin();
  await eventually('both are connected', async () => (await count()) === 2);
  await eventually('both connections are closed', async () => (await count()) === 0, 8_000);
});
