import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { drainOnClose } from '../../../src/platform/http/drain.ts';
import { createServer } from '../../../src/platform/http/server.ts';
import { createMetrics } from '../../../src/platform/metrics/metrics.ts';
import { createObserver, observeRoutes } from '../../../src/platform/metrics/observe-requests.ts';
import { eventually } from '../../support/eventually.ts';
import { collectFaults } from '../../support/faults.ts';

const PATIENCE_MS = 500;
const PIECE = 'x'.repeat(64 * 1024);

test('a client that stops reading does not hold up a program that closes', async (t) => {
  const logger = pino({ level: 'silent' });
  const { faults } = collectFaults();
  const observer = createObserver(createMetrics().http, { log: logger, faults, groupOf: (route) => route });
  const app = createServer({
    faults,
    logger,
    trustProxy: false,
    identify: () => Promise.reject(new Error('asked who it is')),
  });
  drainOnClose(app, () => observer.answering(), PATIENCE_MS);
  observeRoutes(app, observer);
  const events = new Readable({ read: () => undefined, highWaterMark: PIECE.length });
  app.get('/events', async (_request, reply) => reply.send(events));
  app.addHook('preClose', async () => void events.push(null));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause();
  t.after(() => client.destroy());
  await once(client, 'connect');
  client.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually('nothing more is taken', () => {
    events.push(PIECE);
    return events.readableLength > 4 * PIECE.length;
  });

  let isClosed = false;
  void app.close().then(() => (isClosed = true));
  await eventually('it has closed', () => isClosed);
});
