import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { createDatabase, type Owner } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../../src/platform/free-port.ts';

/** Debian's pgbouncer in transaction mode before a database; few server connections, so that clients must share. */
async function startPgbouncer(t: Owner, databaseUrl: string): Promise<string> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const dir = await mkdtemp(join(tmpdir(), 'skyfox-pgbouncer-'));
  await chmod(dir, 0o777);
  const port = await freePort();
  const auth = `user=${username}${password ? ` password=${decodeURIComponent(password)}` : ''}`;
  await writeFile(
    join(dir, 'pgbouncer.ini'),
    `[databases]
skyfox = host=${hostname} port=${serverPort} dbname=${pathname.slice(1)} ${auth}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
`,
    { mode: 0o644 },
  );
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const bouncer = spawn('/usr/sbin/pgbouncer', [...asUser, join(dir, 'pgbouncer.ini')], { stdio: 'pipe' });
  const exited = once(bouncer, 'exit');
  t.after(async () => {
    bouncer.kill('SIGINT');
    await exited;
    await rm(dir, { recursive: true, force: true });
  });
  return `postgresql://${username}:x@127.0.0.1:${port}/skyfox?pgbouncer=true`;
}

test('behind a transaction pooler everything works that works without', async (t) => {
  const { url } = await createDatabase(t);
  const pooled = await startPgbouncer(t, url);
  const env = { DATABASE_URL: pooled, DATABASE_DIRECT_URL: url, DATABASE_POOL_MAX: '20' };
  const app = await startApp(t, { databaseUrl: url, env });
  const people = await app.customers(24, { balance: '1000.00' });
  const [asha, ravi] = people;
  assert.ok(asha && ravi);
  const show = await app.show();

  const race = await Promise.all(people.map((person) => app.hold(person, show, ['A1', 'A2'])));
  assert.deepEqual(tally(race.map(({ code }) => code)), { 201: 1, SEATS_UNAVAILABLE: 23 });
  const holds = await Promise.all(
    people.map((person, i) => app.hold(person, show, [`${'BCD'[i % 3]}${1 + Math.floor(i / 3)}`])),
  );
  const paid = await Promise.all(
    people.map((person, i) =>
      app.pay(person, Number(holds[i]?.data['booking_id']), {
        payment_method: i % 2 ? 'Wallet' : 'Card',
        ...CARD,
      }),
    ),
  );
  assert.deepEqual(tally(paid.map(({ code }) => code)), { 200: 24 });
  await app.rows(`update pending_booking_tracker set expiration_time = clock_timestamp()`);
  await eventually('holds expire', async () => (await app.count('pending_booking_tracker')) === 0);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), 24);
  const csv = await app.get('/booking-csv', { as: app.admin });
  assert.equal(
    csv.text.trim().split('\n').length,
    25,
    'the export, with a cursor, goes through the pooler too',
  );
});
