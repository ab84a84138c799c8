import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../../src/platform/opening/database.ts';
import { ownObjects } from '../../../src/platform/migrations/migration-objects.ts';
import { createLog } from '../../../src/platform/log.ts';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';
import { openTo, startSupabase, unprotected, type Project } from '../../support/supabase.ts';

const ours = fileURLToPath(new URL('../../../supabase/migration', import.meta.url));
const server = await startSupabase(wholeFile);
const DENIED = '42501';

// From before there are any roles of the Data API, for the test that begins with one.
const old = await server.project(wholeFile);
await old.migrate();
await server.makeRoles();

test('everything that the migrations make is known by name, so that nothing of it can stay open', async (t) => {
  const project = await server.project(t);
  await project.migrate();
  const { rows } = await project.superuser.query<{ relations: string[]; functions: string[] }>(`
    select
      (select array_agg(relname::text) from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')) as relations,
      (select array_agg(proname::text) from pg_proc where pronamespace = 'public'::regnamespace) as functions`);
  const known = await ownObjects();
  const unknown = (names: readonly string[] = [], all: readonly string[] = []) =>
    all.filter((name) => !names.includes(name));
  assert.deepEqual(unknown(known.relations, rows[0]?.relations), []);
  assert.deepEqual(unknown(known.functions, rows[0]?.functions), []);
});

test('a new database gives the roles of the Data API nothing, and leaves the defaults of its owner as they are', async (t) => {
  const project = await server.project(t);
  await project.givesAllThatIsNew();
  await project.owner.query('create table notes (text text); create function shout() returns int return 1');
  const defaults = () =>
    project.superuser.query('select * from pg_default_acl order by oid').then(({ rows }) => rows);
  const before = await defaults();
  await project.migrate();

  assert.deepEqual(await openTo(project, 'anon'), ['notes', 'shout()']);
  assert.deepEqual(await openTo(project, 'authenticated'), ['notes', 'shout()']);
  assert.deepEqual(await unprotected(project), ['notes']);
  for (const role of ['anon', 'authenticated']) {
    assert.equal(await project.as(role, 'select password from usertable'), DENIED);
    assert.equal(await project.as(role, 'select secret from ticket_key'), DENIED);
    assert.equal(await project.as(role, `update usertable set role = 'admin'`), DENIED);
    assert.equal(await project.as(role, `select nextval('pgmigrations_id_seq')`), DENIED);
    assert.equal(await project.as(role, `select close_revenue_month('UTC')`), DENIED);
    assert.deepEqual(await project.as(role, 'select from notes'), []);
  }
  assert.deepEqual(await defaults(), before);
  await project.owner.query('create table later ()');
  assert.deepEqual(await project.as('anon', 'select from later'), []);
  assert.equal(project.said.filter((text) => text.includes('are closed to')).length, 1);
});

test('a database from before those roles, and opened to them in every way, is closed by the next start', async (t) => {
  const { url, superuser, owner } = old;
  await owner.query(`
    grant all on all tables in schema public to anon, authenticated, service_role;
    grant all on all sequences in schema public to anon, authenticated, service_role;
    grant all on all functions in schema public to anon;
    grant select (password), update (role) on usertable to anon;
    grant select on usertable to anon with grant option;
    create view movies_on as select distinct movie_id from show;
    grant select on movies_on to anon`);
  assert.notDeepEqual(await openTo(old, 'anon'), []);
  const app = await startApp(t, { databaseUrl: url });
  assert.deepEqual(await openTo(old, 'anon'), ['movies_on']);
  assert.deepEqual(await openTo(old, 'authenticated'), []);
  assert.deepEqual(await unprotected(old), []);

  // The owner sells on as before, without being a superuser.
  const person = await app.customer({ balance: '1000.00' });
  const held = await app.hold(person, await app.show(), ['A1']);
  assert.equal(
    (await app.pay(person, Number(held.data['booking_id']), { payment_method: 'Wallet' })).status,
    200,
  );
  const { rows } = await superuser
    .query('set role service_role; select from booking; reset role')
    .then((results) => (results as unknown as { rows: object[] }[])[1] ?? { rows: [] });
  assert.equal(rows.length, 1, 'service_role was granted all, and keeps it');
  await app.stop();
});

test('what a later migration makes is closed with it, of whatever kind', async (t) => {
  const project = await server.project(t);
  await project.givesAllThatIsNew();
  const folder = await withOneMore(
    t,
    `create table if not exists "later" (id serial primary key);
    create sequence later_numbers;
    create view later_view as select id from later;
    create materialized view later_copy as select id from later;
    create or replace function later_work() returns int return 1;
    create procedure later_chore() language sql as 'select 1';
    /* create table never */ -- create table nowhere`,
  );
  await project.migrate({ folder });
  assert.deepEqual(await openTo(project, 'anon'), []);
  assert.deepEqual(await unprotected(project), []);
  await project.migrate({ folder, direction: 'down' });
  await project.migrate({ folder });
  assert.deepEqual(await openTo(project, 'anon'), []);
});

test('others keep what they were granted, also by way of PUBLIC, and see every row', async (t) => {
  const project = await server.project(t);
  await project.migrate({ to: 30 });
  await sell(project);
  await project.owner.query(`
    grant select on booking to reports;
    grant select (username, role) on usertable to reports;
    grant select, insert, update, delete on booking, revenue_closing to clerk;
    grant select on slot to public;
    grant select (movie_id) on show to public`);
  await project.givesAllThatIsNew();
  await project.migrate();

  assert.deepEqual(await openTo(project, 'anon'), []);
  const count = async (role: string, from: string) => project.as(role, `select count(*)::int from ${from}`);
  assert.deepEqual(await count('reports', 'booking'), [{ count: 1 }]);
  assert.deepEqual(await count('reports', '(select role from usertable) x'), [{ count: 1 }]);
  assert.equal(await project.as('reports', 'select password from usertable'), DENIED);
  assert.equal(await project.as('reports', 'delete from booking'), DENIED);
  for (const role of ['reports', 'clerk', 'authenticator']) {
    const expected = role === 'authenticator' ? DENIED : [{ count: 4 }];
    assert.deepEqual(await count(role, 'slot'), expected, role);
    assert.deepEqual(
      await count(role, '(select movie_id from show) x'),
      role === 'authenticator' ? DENIED : [{ count: 1 }],
    );
    assert.equal(await project.as(role, 'select cost from show'), DENIED);
  }
  assert.deepEqual(await count('backup', 'usertable'), [{ count: 1 }]);
  // An old sale: its trigger calls a function as the role that writes.
  const written = await project.as('clerk', 'update booking set amount_paid = 1 returning amount_paid');
  assert.deepEqual(written, [{ amount_paid: '1.00' }]);
  assert.match(
    project.said.join('\n'),
    /backup, clerk, reports read as before, but pg_dump as one of them now needs/,
  );
});

test('rights that a role granted to them are taken as well, and its grants to others stay', async (t) => {
  const project = await server.project(t);
  await project.migrate();
  await project.owner.query('grant select on booking, slot to service_role with grant option');
  await project.superuser.query(`
    set role service_role;
    grant select on booking to anon, reports;
    grant select on slot to public;
    reset role`);
  assert.notDeepEqual(await openTo(project, 'anon'), []);
  await project.migrate();
  assert.deepEqual(await openTo(project, 'anon'), []);
  for (const role of ['service_role', 'reports', 'clerk']) {
    assert.equal(Array.isArray(await project.as(role, 'select from slot')), true, role);
  }
  assert.equal(Array.isArray(await project.as('reports', 'select from booking')), true);
  assert.equal(await project.as('clerk', 'select from booking'), DENIED);
});

test('what else has row level security keeps its own policies, and a start that finds all closed changes nothing', async (t) => {
  const project = await server.project(t);
  await project.migrate({ to: 25 });
  await project.owner.query(`
    drop policy skyfox_other_roles on slot;
    create policy mornings on slot for select to reports using (name = 'Morning');
    grant select on slot to reports`);
  await project.migrate();
  assert.deepEqual(await project.as('reports', 'select name from slot'), [{ name: 'Morning' }]);

  const state = () =>
    project.superuser
      .query(`select oid, relacl::text, relrowsecurity, xmin::text from pg_class
        where relnamespace = 'public'::regnamespace order by oid`)
      .then(({ rows }) => rows);
  const before = await state();
  project.said.length = 0;
  await project.migrate();
  assert.deepEqual(await state(), before);
  assert.deepEqual(project.said, []);
});

test('a role that does not own the tables sells under row level security, or is told that its rows are hidden', async (t) => {
  const project = await server.project(t);
  await project.migrate();
  await project.owner.query(`
    grant all on all tables in schema public to clerk;
    grant all on all sequences in schema public to clerk`);
  const app = await startApp(t, {
    databaseUrl: project.url,
    env: { DATABASE_URL: project.urlAs('clerk'), DATABASE_DIRECT_URL: project.url },
  });
  const person = await app.customer();
  const held = await app.hold(person, await app.show(), ['A1']);
  assert.equal((await app.pay(person, Number(held.data['booking_id']))).status, 200);
  await app.stop();

  await project.owner.query('drop policy skyfox_other_roles on booking');
  const open = () =>
    openDatabase(
      {
        production: false,
        dataDir: '.data',
        cinemaTimeZone: 'UTC',
        cinemaTimeZoneIsSet: true,
        database: {
          url: project.urlAs('clerk'),
          directUrl: project.url,
          reportsUrl: undefined,
          poolMax: 2,
        },
      },
      createLog({ level: 'error' }),
      { beforeOurs: async () => {} },
    );
  await assert.rejects(
    open(),
    /^StartFault: row level security hides the rows of booking from clerk, the role of DATABASE_URL: connect as owner_of_project/,
  );
  await project.owner.query('create policy skyfox on booking to clerk using (true) with check (true)');
  await (await open()).close();
});

test('where somebody else owns what is open, each start says so', async (t) => {
  const project = await server.project(t);
  await project.givesAllThatIsNew();
  await project.migrate();
  await project.superuser.query(
    'alter table ticket_key owner to service_role; grant select on ticket_key to anon',
  );
  project.said.length = 0;
  await project.migrate();
  assert.deepEqual(project.said, [
    `anon or authenticated may use objects of this program; their owner service_role must revoke that: ticket_key`,
  ]);
});

/** A booking of long ago. */
async function sell({ owner }: Project): Promise<void> {
  await owner.query(`
    insert into usertable (username, password, role) values ('ana', 'x', 'customer');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    values ('Ana', 'ana', '9000000001', 'ana@example.com', 1, '');
    insert into show (movie_id, date, slot_id, cost) values ('tt0133093', '2024-03-01', 1, 200);
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, booking_time, payment_type)
    values ('2024-03-01', 1, 'ana', 1, 200, 'Confirmed', '2024-02-28', 'Card');
    update revenue_closing set time_zone = 'UTC', open_from = '2024-05-01'`);
}

async function withOneMore(t: TestContext, up: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-migrations-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(ours, folder, { recursive: true });
  await writeFile(join(folder, '000999_one_more.up.sql'), up);
  await writeFile(
    join(folder, '000999_one_more.down.sql'),
    `drop view later_view; drop materialized view later_copy; drop table later; drop sequence later_numbers;
    drop function later_work; drop procedure later_chore`,
  );
  return folder;
}
