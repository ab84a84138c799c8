import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type pg from 'pg';
import { createClient } from '../../../src/platform/connecting/connection.ts';
import { createPool, one, sql, type Pool } from '../../../src/platform/database/db.ts';
import { warnOfOpenWays } from '../../../src/platform/connecting/trust.ts';
import { createLog } from '../../../src/platform/log.ts';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';
import { startTlsPostgres } from '../../support/tls-postgres.ts';

const server = await startTlsPostgres(wholeFile);
const { files } = server;

const MODES = ['disable', 'allow', 'prefer', undefined, 'require', 'verify-ca', 'verify-full'] as const;

test('sslmode means what it means in libpq, whatever the server can and wants', async () => {
  const signed = `sslrootcert=${files.authority}`;
  const found: Record<string, string[]> = {};
  for (const [name, manner] of Object.entries({
    'cannot encrypt': {},
    can: { shows: 'here' },
    must: { shows: 'here', admits: 'hostssl all all all scram-sha-256' },
    'must not': { shows: 'here', admits: 'hostnossl all all all scram-sha-256' },
  } as const)) {
    await server.behaves(manner);
    found[name] = [];
    for (const mode of MODES) {
      const verifies = mode?.startsWith('verify') ? signed : '';
      found[name].push(await connect(`${mode ? `sslmode=${mode}&` : ''}${verifies}`));
    }
  }
  const refused = 'the server does not support SSL connections';
  const open = 'no pg_hba.conf entry, no encryption';
  const encrypted = 'no pg_hba.conf entry, SSL encryption';
  assert.deepEqual(found, {
    'cannot encrypt': ['open', 'open', 'open', 'open', refused, refused, refused],
    can: ['open', 'open', ...Array<string>(5).fill('encrypted')],
    must: [open, ...Array<string>(6).fill('encrypted')],
    'must not': ['open', 'open', 'open', 'open', encrypted, encrypted, encrypted],
  });
});

test('what is verified: nothing but by an authority that is named, and the host only by verify-full', async () => {
  const by = (mode: string, authority?: string) =>
    connect(`sslmode=${mode}${authority ? `&sslrootcert=${authority}` : ''}`);
  for (const [shows, wrongHost] of [
    ['here', 'encrypted'],
    ['elsewhere', 'another host'],
  ] as const) {
    await server.behaves({ shows });
    assert.equal(await by('require'), 'encrypted');
    for (const mode of ['require', 'verify-ca']) {
      assert.equal(await by(mode, files.authority), 'encrypted');
      assert.equal(await by(mode, files.other), 'another authority');
    }
    assert.equal(await by('verify-full', files.authority), wrongHost);
    assert.equal(await by('verify-full', files.other), 'another authority');
    // Only those that everybody trusts, who have not signed it.
    assert.equal(await by('verify-full'), 'another authority');
    assert.equal(await by('verify-full', 'system'), 'another authority');
    assert.equal(await connect('sslrootcert=system'), 'another authority');
    assert.equal(await by('prefer', files.other), 'open');
    assert.equal(await by('no-verify', files.other), 'encrypted');
    assert.equal(await connect('ssl=true'), 'encrypted');
  }
});

test('sslrootcert=system trusts whom the operating system, or Node, is told to trust', async () => {
  await server.behaves({ shows: 'here' });
  const connection = new URL('../../../src/platform/connecting/connection.ts', import.meta.url).href;
  const url = JSON.stringify(`${server.url}?sslrootcert=system`);
  const script = `
    const { createClient } = await import('${connection}');
    const client = createClient(${url}, {});
    await client.connect();
    await client.end();`;
  const run = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  await run({ SSL_CERT_FILE: files.authority });
  await run({ NODE_EXTRA_CA_CERTS: files.authority });
  await assert.rejects(run({ SSL_CERT_FILE: files.other }), /unable to|self-signed/);
});

test('of a parameter that is given twice the last counts', async () => {
  await server.behaves({ shows: 'here' });
  assert.equal(await connect('sslmode=disable&sslmode=require'), 'encrypted');
  assert.equal(await connect('sslmode=require&sslmode=disable'), 'open');
});

test('a role is known by its certificate where the server asks for one', async () => {
  await server.behaves({ shows: 'here', admits: 'hostssl all all all cert' });
  assert.equal(await connect(`sslmode=require&sslcert=${files.cert}&sslkey=${files.key}`), 'encrypted');
  assert.match(await connect('sslmode=require'), /requires a valid client certificate/);
});

test('the other way is tried only where it may help, and a server that cannot encrypt is asked in passing', async (t) => {
  const relay = await countConnections(t, server.url);
  const wrong = new URL(relay.url);
  wrong.password = 'wrong';
  await server.behaves({ shows: 'here' });
  for (const mode of ['allow', 'prefer']) {
    assert.match(await connect(`sslmode=${mode}`, wrong.href), /^password authentication failed/);
    assert.equal(relay.count(), 1, mode);
  }
  await server.behaves({});
  assert.equal(await connect('', relay.url), 'open');
  assert.equal(relay.count(), 1);
});

test('everything that the program opens goes by the URL: pools, reports, notices, migrations', async (t) => {
  await server.behaves({ shows: 'here', admits: 'hostssl all all all scram-sha-256' });
  const app = await startApp(t, { databaseUrl: server.url });
  assert.equal((await app.get('/revenue', { as: app.admin })).status, 200);
  const ways = await app.rows(`
    select distinct activity.application_name, ssl.ssl
    from pg_stat_activity activity
    join pg_stat_ssl ssl on ssl.pid = activity.pid
    where activity.application_name like 'skyfox%'
    order by 1`);
  assert.deepEqual(
    ways,
    ['skyfox', 'skyfox notices', 'skyfox reports'].map((application_name) => ({
      application_name,
      ssl: true,
    })),
  );
  await app.stop();
});

test('a pool follows a server that encrypts to a server that cannot, and back', async (t) => {
  await server.behaves({ shows: 'here' });
  const pool = createPool({ url: server.url, max: 3 });
  t.after(() => pool.end());
  assert.equal(await isEncrypted(pool), true);
  for (const manner of [{}, { shows: 'here' }, {}] as const) {
    await server.behaves(manner);
    await endOthers(pool);
    assert.equal(await isEncrypted(pool), 'shows' in manner);
  }
});

test('a host other than this machine is told of once where the way to it is open or proves nothing', async () => {
  const { lines, log } = collect();
  // Leads to this machine too, but says nothing of it.
  const other = (query: string) => `${server.url.replace('127.0.0.1', '0.0.0.0')}?${query}`;
  const tell = async (...queries: string[]) => {
    lines.length = 0;
    const urls = Object.fromEntries(queries.map((query, i) => [`URL_${i}`, other(query)]));
    await warnOfOpenWays({ ...urls, LOCAL: server.url, UNSET: undefined }, log);
    return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  };
  const open =
    /^the connection to the database at 0\.0\.0\.0 is not encrypted: add sslmode=verify-full.* to URL_0$/;
  const unproven = /at 0\.0\.0\.0 is encrypted, but nothing proves that it is that server/;

  await server.behaves({});
  const openly = await tell('', 'sslmode=prefer', 'sslmode=disable');
  assert.equal(openly.length, 1);
  assert.match(openly[0] ?? '', open);
  await server.behaves({ shows: 'here' });
  assert.match((await tell('')).join('\n'), unproven);
  assert.match((await tell('sslmode=require')).join('\n'), unproven);
  assert.match((await tell('sslmode=disable')).join('\n'), open);
  assert.deepEqual(await tell(`sslmode=verify-ca&sslrootcert=${files.authority}`), []);
});

/** How the server was reached, or in short why not. */
async function connect(query: string, url = server.url): Promise<string> {
  const client = createClient(`${url}?${query}`, { connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await sessionIsEncrypted(client)) ? 'encrypted' : 'open';
  } catch (error) {
    return inShort((error as Error).message);
  } finally {
    await client.end();
  }
}

function inShort(message: string): string {
  if (/does not match certificate's altnames/.test(message)) return 'another host';
  if (/self-signed certificate|unable to (verify|get)/.test(message)) return 'another authority';
  return message.replace(/^The/, 'the').replace(/ for host .*, (?=no encryption|SSL)/, ', ');
}

/** A way to the server on which connections are counted, since the last time that was asked. */
async function countConnections(t: TestContext, databaseUrl: string) {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  let count = 0;
  const relay = createServer((socket) => {
    count += 1;
    const onward = createConnection(target);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  t.after(() => relay.close());
  url.port = String((relay.address() as AddressInfo).port);
  return {
    url: url.href,
    count: () => {
      const counted = count;
      count = 0;
      return counted;
    },
  };
}

async function sessionIsEncrypted(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ ssl: boolean }>(
    'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
  );
  return rows[0]?.ssl === true;
}

async function isEncrypted(pool: Pool): Promise<boolean> {
  const row = await one<{ ssl: boolean }>(
    pool,
    sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`,
  );
  return row.ssl;
}

async function endOthers(pool: Pool): Promise<void> {
  await pool.run(sql`select pg_terminate_backend(pg_backend_pid())`).catch(() => undefined);
}

function collect() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', out: { write: (line) => void lines.push(line) } }) };
}
