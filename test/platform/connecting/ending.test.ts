import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { createClient } from '../../../src/platform/connecting/connection.ts';
import { createPool, one, sql } from '../../../src/platform/database/db.ts';
import { createNotices } from '../../../src/platform/database/notices.ts';
import { createLog } from '../../../src/platform/log.ts';
import { createDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { collectFaults } from '../../support/faults.ts';
import { startProxy } from '../../support/tcp-proxy.ts';

// Each connection is given up a second after it was told to end; the rest is for a busy machine.
const WITHIN_MS = 5_000;

async function assertEnds(what: string, ending: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  void ending.then(() => (hasEnded = true));
  await eventually(what, () => hasEnded, WITHIN_MS);
}

test('a connection ends although its server stands still, encrypted or not', async (t) => {
  const { url } = await createDatabase(t);
  for (const mode of ['disable', 'prefer']) {
    const proxy = await startProxy(t, url);
    const client = createClient(`${proxy.url}?sslmode=${mode}`, {});
    await client.connect();
    proxy.standStill();
    await assertEnds(`the connection with sslmode=${mode} ends`, client.end());
  }
});

test('a pool ends although its server stands still, with a connection that is idle and one that comes back', async (t) => {
  const { url } = await createDatabase(t);
  const proxy = await startProxy(t, url);
  const pool = createPool({ url: proxy.url, max: 2 });
  const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = pool.transaction(async ({ last }) => {
    await one(last, sql`select 1 as one`);
    begun.resolve();
    await mayEnd.promise;
  });
  await begun.promise;
  await one(pool, sql`select 1 as one`);
  proxy.standStill();
  const ended = pool.end();
  mayEnd.resolve();
  await work;
  await assertEnds('the pool ends', ended);
});

test('notices end although their server stands still between two heartbeats', async (t) => {
  const { url } = await createDatabase(t);
  const proxy = await startProxy(t, url);
  const on = createPool({ url, max: 1 });
  t.after(() => on.end());
  const notices = createNotices({
    on,
    listenUrl: proxy.url,
    channel: 'ending',
    log: createLog({ level: 'silent' }),
    faults: collectFaults().faults,
    isItem: (item) => typeof item === 'string',
    onHeard: () => {},
    onIgnored: () => {},
    onGap: () => {},
  });
  // Nobody asks whether notices are heard, so the next heartbeat comes after five seconds.
  await eventually('its first heartbeat is over', async () => {
    const idle = sql`
      select count(*) as lines
      from pg_stat_activity
      where datname = current_database() and state = 'idle' and query like 'notify%'`;
    return (await one<{ lines: number }>(on, idle)).lines === 1;
  });
  proxy.standStill();
  await assertEnds('the notices end', notices.close());
});

test('a server that refuses a connection, and does not hang up, costs no socket', async (t) => {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    // An ErrorResponse: too many clients.
    const fields = 'SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0';
    client.once('data', () =>
      client.write(Buffer.from(`E\0\0\0${String.fromCharCode(fields.length + 4)}${fields}`)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    for (const client of clients) client.destroy();
  });
  const url = `postgres://who@127.0.0.1:${(server.address() as AddressInfo).port}/what?sslmode=disable`;
  const pool = createPool({ url, max: 1 });
  await assert.rejects(one(pool, sql`select 1`), { code: 'SERVICE_UNAVAILABLE' });
  await assert.rejects(createClient(url, {}).connect(), /too many clients/);
  await eventually('both have been hung up', () => clients.size === 0);
  await pool.end();
});
