import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { createServer } from '../../../src/platform/http/server.ts';
import { collectFaults } from '../../support/faults.ts';

type Line = { level: number; reqId?: string; msg: string; err?: { message: string } };

function open() {
  const lines: Line[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  );
  const app = createServer({
    faults: collectFaults().faults,
    logger,
    trustProxy: false,
    identify: () => Promise.reject(new Error('asked who it is')),
  });
  return { app, lines };
}

test('a line that is written for a request names it', async () => {
  const { app, lines } = open();
  app.get('/', async (request) => {
    request.log.warn({ seats: 2 }, 'seats are few');
    throw new Error('broken');
  });
  const answer = await app.inject({ url: '/', headers: { 'x-request-id': 'mine-1' } });
  assert.equal(answer.statusCode, 500);
  assert.deepEqual(
    lines.map(({ level, reqId, msg }) => [level, reqId, msg]),
    [
      [40, 'mine-1', 'seats are few'],
      [50, 'mine-1', 'An unexpected error occurred'],
    ],
  );
});

test('an answer that breaks off after its headers is an error in the log', async () => {
  const { app, lines } = open();
  async function* half() {
    yield 'the first page';
    await Promise.resolve();
    throw new Error('the second page cannot be read');
  }
  app.get('/', async (_request, reply) => reply.type('text/plain').send(Readable.from(half())));
  await app.inject({ url: '/', headers: { 'x-request-id': 'mine-2' } }).catch(() => undefined);
  assert.deepEqual(
    lines.map(({ level, reqId, msg, err }) => [level, reqId, msg, err?.message]),
    [[50, 'mine-2', 'an answer broke off after its headers', 'the second page cannot be read']],
  );
});
