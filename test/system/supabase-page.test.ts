import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { here } from '../support/certificates.ts';
import { startPgbouncer } from '../support/pgbouncer.ts';
import { startProcess } from '../support/process.ts';
import { startS3 } from '../support/s3.ts';
import { openTo, ROLES } from '../support/supabase.ts';
import { startTlsPostgres } from '../support/tls-postgres.ts';

const page = readFileSync('docs/supabase.md', 'utf8');

/** The settings that stand under a mark on the page. */
function settings(mark: string): Record<string, string> {
  const block = page.split(`<!-- ${mark} -->`)[1]?.match(/^\n+((?: {4}.*\n)+)/)?.[1];
  assert.ok(block, mark);
  return parseEnv(block.replaceAll(/^ {4}/gm, '')) as Record<string, string>;
}

test('the settings of the page on Supabase, but for their hosts, lead to a cinema with an admin, closed to strangers', async (t) => {
  const server = await startTlsPostgres(t);
  await server.behaves({ shows: 'here' });
  const superuser = await project(t, server.url);
  const s3 = await startS3(t, 'skyfox-pictures', '/storage/v1/s3');
  const direct = new URL(server.url);
  const bouncer = await startPgbouncer({
    serverUrl: `postgresql://postgres:PASSWORD@localhost:${direct.port}/postgres`,
    poolSize: 15,
    certificate: here,
  });
  t.after(() => bouncer.stop());

  const leadHere = (text: string, port: string) => {
    const url = new URL(text);
    assert.match(url.hostname, /^db\.\w+\.supabase\.co$|\.pooler\.supabase\.com$/);
    const isPooled = url.port === '6543';
    url.host = `localhost:${isPooled ? new URL(bouncer.url).port : port}`;
    url.username = 'postgres';
    url.searchParams.set('sslrootcert', server.files.authority);
    if (isPooled) url.searchParams.set('pgbouncer', 'true');
    return url.href;
  };
  for (const way of ['direct', 'session', 'transaction']) {
    const { DATABASE_URL = '', DATABASE_DIRECT_URL } = settings(way);
    const program = await startProcess(t, {
      databaseUrl: '',
      env: {
        ...settings('rest'),
        ...settings('pictures'),
        S3_ENDPOINT: s3.settings.endpoint,
        DATABASE_URL: leadHere(DATABASE_URL, direct.port),
        ...(DATABASE_DIRECT_URL && { DATABASE_DIRECT_URL: leadHere(DATABASE_DIRECT_URL, direct.port) }),
        HOST: '127.0.0.1',
        // Neighbours that are asked at the start.
        MOVIE_SERVICE_URL: '',
      },
    });
    const { SEED_PASSWORD } = settings('rest');
    const login = await program.post('/login', {
      body: { username: 'seed-user-1', password: SEED_PASSWORD },
    });
    assert.equal(login.status, 200, way);
    assert.doesNotMatch(program.output(), /"level":[45]0/, way);
    assert.deepEqual(await openTo({ superuser }, 'anon'), []);
    await program.kill('SIGTERM');
  }
});

test('the numbers of connections on the page are what the program opens', () => {
  const rows = [...page.matchAll(/^\| [A-Z][\w, ]+\| (\d+) +\| (\d+) \/ (\d+) \/ (\d+) +\|$/gm)];
  assert.equal(rows.length, 4);
  const needed = (processes: number, max: number) =>
    2 * processes * (max + Math.max(2, Math.ceil(max / 4)) + 1) + 2;
  for (const [, limit, ...most] of rows) {
    for (const [i, processes] of [1, 2, 4].entries()) {
      const max = Number(most[i]);
      const room = (Number(limit) * 3) / 4;
      assert.ok(needed(processes, max) <= room, `${limit}: ${processes} x ${max}`);
      assert.ok(
        max === 20 || needed(processes, max + 1) > room,
        `${limit}: ${processes} x ${max} could be more`,
      );
    }
  }
  assert.equal(needed(1, 3) <= 15 && needed(1, 4) > 15, true);
});

/** What a new project has in it, as far as it matters here. */
async function project(t: TestContext, url: string): Promise<pg.Client> {
  const database = new URL(url);
  database.pathname = '/postgres';
  const client = new pg.Client({ connectionString: `${database.href}?sslmode=no-verify` });
  client.on('error', () => undefined);
  await client.connect();
  t.after(() => client.end());
  await client.query(ROLES);
  await client.query(`
    create role postgres login createdb createrole bypassrls password 'PASSWORD';
    grant create on schema public to postgres`);
  for (const kind of ['tables', 'sequences', 'functions']) {
    await client.query(`alter default privileges for role postgres in schema public
      grant all on ${kind} to anon, authenticated, service_role`);
  }
  return client;
}
