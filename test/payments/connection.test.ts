import assert from 'node:assert/strict';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { gateway, listening, order, portOf, rawServer, SUCCESS } from './gateways.ts';

const charged = { kind: 'charged', transactionId: 'tx-1' };
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${SUCCESS.length}\r\n\r\n${SUCCESS}`;

/** A gateway that notes for each connection how much has come by it, and does with a new one what it is told. */
async function countingGateway(t: TestContext, greet: (socket: Socket, place: number) => unknown = () => {}) {
  const received: number[] = [];
  const server = await listening(
    t,
    createTcpServer((socket) => {
      const place = received.push(0) - 1;
      socket.on('data', (bytes) => {
        received[place] = (received[place] ?? 0) + bytes.length;
        socket.end(ANSWER);
      });
      greet(socket, place);
    }),
  );
  const place = gateway({ url: `http://127.0.0.1:${portOf(server)}` }).admit();
  assert.ok(place);
  t.after(() => place.leave());
  const until = (connections: number) =>
    eventually(`${connections} connections`, () => received.length === connections);
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const untilClosed = () => eventually('all are closed', async () => (await open()) === 0);
  return { received, place, until, untilClosed };
}

test('a charge goes by the connection that was opened ahead of it, by which nothing went before', async (t) => {
  const { received, place, until } = await countingGateway(t);
  place.prepare();
  place.prepare();
  await until(1);
  assert.deepEqual(received, [0]);
  assert.deepEqual(await place.charge(order()), charged);
  assert.equal(received.length, 1);
});

test('a connection that is still being opened is waited for, and no other is opened beside it', async (t) => {
  const { received, place } = await countingGateway(t);
  place.prepare();
  assert.deepEqual(await place.charge(order()), charged);
  assert.equal(received.length, 1);
});

test('a connection that is not used is closed without a byte when its place is left', async (t) => {
  const { received, place, until, untilClosed } = await countingGateway(t);
  place.prepare();
  await until(1);
  place.leave();
  await untilClosed();
  assert.deepEqual(received, [0]);
});

for (const [what, greet] of [
  ['closed', (socket: Socket) => socket.end()],
  ['reset', (socket: Socket) => socket.resetAndDestroy()],
  [
    'spoken on',
    (socket: Socket) => socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n'),
  ],
] as const) {
  test(`a connection that the gateway has ${what} before anything was sent is not used: the charge goes once, by a new one`, async (t) => {
    const { received, place, until } = await countingGateway(t, (socket, nth) => nth === 0 && greet(socket));
    place.prepare();
    await until(1);
    // Until this end knows of it as well.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await place.charge(order()), charged);
    assert.equal(received[0], 0);
    assert.equal(received.length, 2);
  });
}

for (const clock of ['performance', 'Date'] as const) {
  test(`a connection that was silent for a second, as ${clock} has it, may have been dropped: it is not used`, async (t) => {
    const { received, place, until } = await countingGateway(t);
    place.prepare();
    await until(1);
    const now = clock === 'Date' ? Date.now : performance.now.bind(performance);
    t.mock.method(clock === 'Date' ? Date : performance, 'now', () => now() + 1_000);
    assert.deepEqual(await place.charge(order()), charged);
    assert.equal(received[0], 0);
    assert.equal(received.length, 2);
  });
}

for (const [how, close] of [
  ['closed', (socket: Socket) => socket.destroy()],
  ['reset', (socket: Socket) => socket.resetAndDestroy()],
] as const) {
  test(`a connection that is ${how} while this process is busy is not used: nothing is lost on it`, async (t) => {
    let first: Socket | undefined;
    const { received, place, until } = await countingGateway(t, (socket, nth) => {
      if (nth === 0) first = socket;
    });
    place.prepare();
    await until(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(first);
    // In one turn of the event loop, so this end has not heard of it.
    close(first);
    assert.deepEqual(await place.charge(order()), charged);
    assert.deepEqual(received.length, 2);
  });
}

test('a gateway that serves one connection at a time does not wait on the one that is too old', async (t) => {
  let isServing = true;
  let queued: Socket | undefined;
  const { place, until } = await countingGateway(t, (socket, nth) => {
    if (nth === 0) {
      socket.once('close', () => {
        isServing = false;
        queued?.resume();
      });
    } else if (isServing) {
      queued = socket.pause();
    }
  });
  place.prepare();
  await until(1);
  const now = Date.now;
  t.mock.method(Date, 'now', () => now() + 1_000);
  assert.deepEqual(await place.charge(order()), charged);
});

test('a gateway that is not there, or never ends its handshake, disturbs nobody who does not charge', async (t) => {
  const closed = await rawServer(t, () => {});
  await closed.close();
  const mute = await rawServer(t, () => {});
  for (const url of [closed.url, 'http://gateway.invalid', mute.url.replace('http:', 'https:')]) {
    const place = gateway({ url }).admit();
    place?.prepare();
    place?.leave();
    const other = gateway({ url }).admit();
    other?.prepare();
    await new Promise((resolve) => setTimeout(resolve, 20));
    other?.leave();
  }
});

test('a gateway that comes back after the connection ahead failed is reached by the charge', async (t) => {
  const down = await rawServer(t, () => {});
  await down.close();
  const place = gateway({ url: down.url }).admit();
  place?.prepare();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const back = createTcpServer((socket) => socket.once('data', () => socket.end(ANSWER)));
  await listening(t, back, down.port);
  assert.deepEqual(await place?.charge(order()), charged);
  place?.leave();
});
