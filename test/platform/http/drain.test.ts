import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { drainOnClose } from '../../../src/platform/http/drain.ts';
import { createServer } from '../../../src/platform/http/server.ts';
import { createMetrics } from '../../../src/platform/metrics/metrics.ts';
import { createObserver, observeRoutes } from '../../../src/platform/metrics/observe-requests.ts';
import { eventually } from '../../support/eventually.ts';
import { collectFaults } from '../../support/faults.ts';

const PIECE = 'x'.repeat(64 * 1024);
// More than the kernel keeps for a client that does not read.
const LONG = 'x'.repeat(16 * 1024 * 1024);

/** A server that waits so long for its clients, and a client of it that has asked and does not read yet. */
async function openServer(t: TestContext, path: string, patienceMs: number) {
  const logger = pino({ level: 'silent' });
  const { faults } = collectFaults();
  const observer = createObserver(createMetrics().http, { log: logger, faults, groupOf: (route) => route });
  const app = createServer({
    faults,
    logger,
    trustProxy: false,
    identify: () => Promise.reject(new Error('asked who it is')),
  });
  drainOnClose(app, () => observer.answering(), patienceMs);
  observeRoutes(app, observer);
  const events = new Readable({ read: () => undefined, highWaterMark: PIECE.length });
  app.get('/events', async (_request, reply) => reply.send(events));
  let isWritten = () => false;
  app.get('/long', async (_request, { raw }) => {
    isWritten = () => raw.writableEnded;
    return LONG;
  });
  app.addHook('preClose', async () => void events.push(null));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause();
  t.after(() => client.destroy());
  await once(client, 'connect');
  client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await eventually('it is answered', () => observer.answering() === 1);
  return { app, client, events, isWritten: () => isWritten() };
}

test('a client that stops reading does not hold up a program that closes', async (t) => {
  const { app, events } = await openServer(t, '/events', 500);
  await eventually('nothing more is taken', () => {
    events.push(PIECE);
    return events.readableLength > 4 * PIECE.length;
  });
  let isClosed = false;
  void app.close().then(() => (isClosed = true));
  await eventually('it has closed', () => isClosed);
});

test('a client that reads slowly gets all of its answer from a program that closes', async (t) => {
  const { app, client, isWritten } = await openServer(t, '/long', 20_000);
  await eventually('all is written that the client shall read', isWritten);
  const closed = app.close();
  let length = 0;
  client.on('data', (chunk: Buffer) => (length += chunk.length)).resume();
  await once(client, 'close');
  await closed;
  assert.ok(length > LONG.length, `${length} bytes of ${LONG.length}`);
});
