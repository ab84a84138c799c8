import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import pg from 'pg';
import { startApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startPgbouncer } from '../support/pgbouncer.ts';
import { startProcess } from '../support/process.ts';

const POOL_SIZE = 3;
const migrations = readdirSync('supabase/migration').filter((file) => file.endsWith('.up.sql'));

test('with a transaction pooler alone, starts at once migrate once and leave nothing behind on its connections', async (t) => {
  const { url } = await createDatabase(t, { empty: true });
  // What is left behind stays for long.
  const bouncer = await startPgbouncer({ serverUrl: url, poolSize: POOL_SIZE, idleSeconds: 600 });
  t.after(() => bouncer.stop());
  const env = { DATABASE_URL: bouncer.url, CINEMA_TIME_ZONE: 'Asia/Kolkata' };
  const starts = Array.from({ length: 3 }, () => startProcess(t, { databaseUrl: url, env }));
  const programs = await Promise.all(starts);

  const said = programs.map((program) => program.output()).join('');
  for (const file of migrations) {
    const times = said.split(`"migration ${file.replace('.up.sql', '')} up"`).length - 1;
    assert.equal(times, 1, file);
  }
  for (const program of programs) {
    assert.equal(program.output().split('LISTEN does not work').length - 1, 1, program.output());
  }
  const fresh = new pg.Client({ connectionString: url });
  await fresh.connect();
  const before = await stateOf(fresh);
  await fresh.end();
  assert.equal(before?.locks, 0);
  for (const state of await statesOf(bouncer.url)) assert.deepEqual(state, before);

  // Another start finds its turn free, whichever of the connections it gets.
  await Promise.all(programs.map((program) => program.kill('SIGTERM')));
  await startProcess(t, { databaseUrl: url, env });
});

test('what one process behind a pooler sells, another shows without hearing of it', async (t) => {
  const { url } = await createDatabase(t);
  const bouncer = await startPgbouncer({ serverUrl: url, poolSize: POOL_SIZE });
  t.after(() => bouncer.stop());
  const env = { DATABASE_URL: bouncer.url };
  const here = await startApp(t, { databaseUrl: url, env });
  const there = await startProcess(t, { databaseUrl: url, env });
  const person = await here.customer();
  const show = await here.show();
  const isFree = async () => {
    const { text } = await there.get(`/shows/${show}/seat-map`, { as: person });
    return /"occupied":false,[^{}]*"seat_number":"A1"/.test(text);
  };
  assert.equal(await isFree(), true);
  assert.equal((await here.hold(person, show, ['A1'])).status, 201);
  await eventually('the other one shows it', async () => !(await isFree()), 2_000);
});

/** What a session of the server carries that the next client of a pooler would find. */
async function stateOf(client: pg.Client) {
  const { rows } = await client.query<{ locks: number }>(`
    select
      (select array_agg(name || '=' || setting order by name) from pg_settings
        where name in ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'search_path',
          'TimeZone', 'DateStyle', 'jit', 'plan_cache_mode', 'role', 'session_authorization')) as settings,
      nullif(current_setting('skyfox.time_zone', true), '') as zone,
      (select count(*)::int from pg_locks where locktype = 'advisory') as locks,
      (select count(*)::int from pg_prepared_statements) as statements,
      (select count(*)::int from pg_listening_channels()) as channels,
      (select count(*)::int from pg_class where relpersistence = 't') as tables`);
  return rows[0];
}

/** Of all connections of the pooler: one for each transaction that is open at once. */
async function statesOf(url: string) {
  const clients = Array.from({ length: POOL_SIZE }, () => new pg.Client({ connectionString: url }));
  const states: unknown[] = [];
  const pids = new Set<number>();
  for (const client of clients) {
    await client.connect();
    await client.query('begin');
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    pids.add(rows[0]?.pid ?? 0);
    states.push(await stateOf(client));
  }
  for (const client of clients) await client.end();
  assert.equal(pids.size, POOL_SIZE);
  return states;
}
