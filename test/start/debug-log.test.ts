import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createDatabase } from '../support/database.ts';
import { startProcess } from '../support/process.ts';

test('the debug log shows statements, neighbours and caches, each with its time, and no values', async (t) => {
  const movies = createServer((_request, response) => response.end('[]')).listen(0, '127.0.0.1');
  await once(movies, 'listening');
  t.after(() => movies.close());
  const { port } = movies.address() as AddressInfo;
  const { url } = await createDatabase(t);
  const env = {
    LOG_LEVEL: 'debug',
    MOVIE_SERVICE_URL: `http://127.0.0.1:${port}`,
    SEED_PASSWORD: 'Harbour@1',
  };
  const program = await startProcess(t, { databaseUrl: url, env });
  const login = await program.call('POST', '/login', {
    body: { username: 'seed-user-1', password: 'Harbour@1' },
  });
  const token = String(login.data['token']);
  for (let i = 0; i < 2; i += 1) await program.call('GET', '/slot-all', { as: { token } });
  await program.kill('SIGTERM');

  const lines = program
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const says = (msg: string) => lines.filter((line) => line['msg'] === msg);
  assert.ok(says('a statement').some(({ statement }) => /from usertable/.test(String(statement))));
  assert.ok(says('a statement').every(({ milliseconds }) => typeof milliseconds === 'number'));
  assert.equal(says('asked the movie service')[0]?.['path'], '/movies');
  assert.equal(says('read anew').filter(({ cache }) => cache === 'slots').length, 1);
  assert.doesNotMatch(program.output(), /Harbour@1|\$2b\$/);
  assert.ok(!program.output().includes(token));
});
