import { once } from 'node:events';
import assert from 'node:assert/strict';
import { appendFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { refuseShared } from '../../scripts/evening/desk.ts';
import { createPool, sql } from '../../src/platform/database/db.ts';
import { pg, pgFolder, startPostgres } from '../support/restorable-postgres.ts';

// Another address of this machine: to the server, its sessions are another machine's.
const ELSEWHERE = '127.0.0.2';

/** A port that leads to the server, which sees its clients at another address. */
async function relayFromElsewhere(t: TestContext, port: number): Promise<number> {
  const relay = createServer((client) => {
    const server = connect({ port, host: '127.0.0.1', localAddress: ELSEWHERE });
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => (client.destroy(), server.destroy()));
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  t.after(() => relay.close());
  return (relay.address() as AddressInfo).port;
}

test('an evening refuses a database that programs of another machine use', async (t) => {
  const folder = await pgFolder();
  const data = join(folder, 'data');
  const server = await startPostgres(data, { unix_socket_directories: folder });
  t.after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await appendFile(join(data, 'pg_hba.conf'), `host all all ${ELSEWHERE}/32 trust\n`);
  pg('pg_ctl', ['reload', '-D', data]);
  const port = await relayFromElsewhere(t, Number(server.port));

  const pool = (url: string) => createPool({ url, max: 1 });
  const ours = pool(server.url('postgres'));
  const bySocket = pool(`${server.url('postgres')}?host=${folder}`);
  const another = pool(`postgresql://postgres@127.0.0.1:${port}/postgres`);
  t.after(() => Promise.all([ours, bySocket, another].map((one) => one.end())));
  await bySocket.run(sql`select 1`);
  await refuseShared(ours);
  await another.run(sql`select 1`);
  for (const on of [ours, bySocket]) {
    await assert.rejects(refuseShared(on), {
      exitStatus: 2,
      message: /^programs on other machines \(127\.0\.0\.2\) use the same database;/,
    });
  }
});
