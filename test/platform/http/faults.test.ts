import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import { createServer } from '../../../src/platform/http/server.ts';
import { collectFaults } from '../../support/faults.ts';

test('a fault in the fast path costs one request its connection, and a fault of the server none', async (t) => {
  const { faults, sources } = collectFaults();
  const app = createServer({
    faults,
    logger: pino({ level: 'silent' }),
    trustProxy: false,
    identify: () => Promise.reject(new Error('asked who it is')),
    fastPath: {
      remember: () => {},
      answer: ({ url }) => {
        if (url === '/broken') throw new Error('the fast path is broken');
        return false;
      },
    },
  });
  app.get('/whole', async () => 'whole');
  t.after(() => app.close());
  const base = await app.listen({ host: '127.0.0.1', port: 0 });

  await assert.rejects(fetch(`${base}/broken`));
  app.server.emit('error', new Error('no file is left for one more connection'));
  assert.equal(await (await fetch(`${base}/whole`)).text(), 'whole');
  assert.deepEqual(sources, ['request', 'server']);
});

test('a port that cannot be opened is a fault for its opener alone', async (t) => {
  const { faults, sources } = collectFaults();
  const open = () =>
    createServer({
      faults,
      logger: pino({ level: 'silent' }),
      trustProxy: false,
      identify: () => Promise.reject(new Error('asked who it is')),
    });
  const [first, second] = [open(), open()];
  t.after(() => Promise.all([first.close(), second.close()]));
  await first.listen({ host: '127.0.0.1', port: 0 });
  const { port } = first.server.address() as { port: number };
  await assert.rejects(second.listen({ host: '127.0.0.1', port }), { code: 'EADDRINUSE' });
  assert.deepEqual(sources, []);
  first.server.close();
  await once(first.server, 'close');
});
