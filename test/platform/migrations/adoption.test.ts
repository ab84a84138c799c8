import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Client } from 'pg';
import { StartFault } from '../../../src/platform/errors.ts';
import { migrate } from '../../../src/platform/migrations/migrations.ts';
import { migrationStatus } from '../../../src/platform/migrations/migration-status.ts';
import { emptyDatabase } from '../../support/schema.ts';

const shared = new URL('../../../supabase/migration/', import.meta.url);
const filled = await readFile(new URL('schema/filled-21.sql', import.meta.url), 'utf8');

for (const version of [19, 21]) {
  test(`a filled database that golang-migrate brought to ${version} is taken over as it stands`, async (t) => {
    const folder = await migrations(t, { 22: 'create table newer ()' });
    const database = await reference(t, version);
    const before = await database.rows('select * from booking order by id');
    assert.equal(
      (await migrationStatus(database.url, folder)).migrations.filter(({ done }) => done).length,
      version,
    );

    await database.up(undefined, { folder });
    assert.deepEqual(await database.rows('select version::int, dirty from schema_migrations'), [
      { version, dirty: false },
    ]);
    assert.deepEqual(
      await database.rows('select count(*)::int, count(distinct name)::int as names from pgmigrations'),
      [{ count: 22, names: 22 }],
    );
    assert.deepEqual(await database.rows('select * from booking order by id'), before);

    // What was taken back afterwards is not taken for the reference's a second time.
    await database.down(18, { folder });
    await database.up(21, { folder });
    assert.equal((await database.schema()).length, 155);
  });
}

test('what the reference has done since its database was given back to it is taken over as well', async (t) => {
  const folder = await migrations(t);
  const database = await reference(t, 19);
  await database.up(19, { folder });
  await database.run(await readFile(new URL('000020_wallet_customer_cascade.up.sql', shared), 'utf8'));
  await database.run('update schema_migrations set version = 20');
  await database.up(undefined, { folder });
  assert.deepEqual(await database.rows('select count(*)::int from pgmigrations'), [{ count: 21 }]);
});

test('before 22 a database that has sold is prepared, and if that fails it is left as it was found', async (t) => {
  const folder = await migrations(t, { 22: 'create table newer ()' });
  const database = await reference(t, 19);
  const fail = async (client: Client) => {
    await client.query('delete from booking');
    throw new StartFault('seat A1 is sold twice');
  };
  await assert.rejects(
    database.up(undefined, { folder, beforeOurs: fail }),
    /^StartFault: seat A1 is sold twice/,
  );
  assert.deepEqual(
    await database.rows(`select to_regclass('pgmigrations') as books, count(*)::int from booking`),
    [{ books: null, count: 5 }],
  );

  const calls: (string | null)[] = [];
  const note = async (client: Client) => {
    const { rows } = await client.query<{ newer: string | null }>(
      `select to_regclass('newer')::text as newer`,
    );
    calls.push(rows[0]?.newer ?? null);
  };
  await database.up(21, { folder, beforeOurs: note });
  assert.equal(calls.length, 0, 'not on the way to 21');
  await database.up(undefined, { folder, beforeOurs: note });
  await database.up(undefined, { folder, beforeOurs: note });
  assert.deepEqual(calls, [null], 'once, before 22');
});

test('a database without customers needs no preparing, one from before the wallets has it at 19', async (t) => {
  const folder = await migrations(t, { 22: 'create table newer ()' });
  const seen: number[] = [];
  const note = async (client: Client) => {
    const { rows } = await client.query<{ count: number }>('select count(*)::int from pgmigrations');
    seen.push(rows[0]?.count ?? 0);
  };
  const fresh = await emptyDatabase(t);
  await fresh.up(undefined, { folder, beforeOurs: note });
  assert.deepEqual(seen, []);

  const old = await emptyDatabase(t);
  await old.up(1, { folder });
  await old.run(await readFile(new URL('schema/filled-1.sql', import.meta.url), 'utf8'));
  await old.leaveToReference(1);
  await old.up(undefined, { folder, beforeOurs: note });
  assert.deepEqual(seen, [19]);
});

test('a database in a state that cannot be told stops the start and is not touched', async (t) => {
  const dirty = await reference(t, 19, true);
  await assert.rejects(
    dirty.up(),
    /migration 19 broke off half-way \(schema_migrations is dirty\).*migrate force 19/,
  );
  assert.deepEqual(await dirty.rows(`select to_regclass('pgmigrations') as books`), [{ books: null }]);

  const unknown = await emptyDatabase(t);
  await unknown.up(8);
  await unknown.run('drop table pgmigrations');
  await assert.rejects(
    unknown.up(),
    /has tables of SkyFox already \(booking, .*insert into schema_migrations/,
  );
  await unknown.run('create table schema_migrations (version bigint primary key, dirty boolean not null)');
  await unknown.run('insert into schema_migrations values (8, false)');
  await unknown.up(21);

  const later = await reference(t, 21);
  await later.run('update schema_migrations set version = 23');
  await assert.rejects(later.up(), /at version 23; this program can take over versions up to 21/);

  const gone = await emptyDatabase(t);
  await gone.leaveToReference(19);
  await assert.rejects(gone.up(), /at version 19, but its tables are not there/);

  const foreign = await emptyDatabase(t);
  await foreign.up(3);
  await foreign.run(`update pgmigrations set name = '000003_other' where id = 3`);
  await assert.rejects(foreign.up(), /holds 000003_other where 000003_add_security_questions is expected/);
});

test('a newer database is used with a warning, unless it wants newer programs', async (t) => {
  const newer = await migrations(t, {
    22: 'create table newer ()',
    23: `comment on table pgmigrations is 'minimum program migration: 23'`,
  });
  const older = await migrations(t);
  const database = await emptyDatabase(t);
  await database.up(22, { folder: newer });
  await database.up(undefined, { folder: older });
  assert.match(database.said.at(-1) ?? '', /at migration 22, newer than this program's 21/);
  await assert.rejects(database.down(20, { folder: older }), /only the newer program/);

  await database.up(23, { folder: newer });
  await assert.rejects(
    database.up(undefined, { folder: older }),
    /needs a program that knows at least 23; this one knows 21/,
  );
  await database.down(21, { folder: newer });
  await database.up(undefined, { folder: older });
});

test('of many that start at once one migrates and the others wait for it', async (t) => {
  const folder = await migrations(t);
  const database = await emptyDatabase(t);
  await Promise.all(Array.from({ length: 5 }, () => database.up(undefined, { folder })));
  assert.deepEqual(await database.rows('select count(*)::int from pgmigrations'), [{ count: 21 }]);
  assert.equal(database.said.filter((text) => text === 'migration 000001_initial_schema up').length, 1);
  const waited = database.said.filter((text) => text.startsWith('waiting for another process')).length;
  assert.ok(waited >= 4, String(waited));
});

test('a migration that fails stays undone, and says which and why', async (t) => {
  const folder = await migrations(t, { 22: 'create table newer (); insert into nowhere values (1)' });
  const database = await emptyDatabase(t);
  await assert.rejects(
    database.up(undefined, { folder }),
    /^StartFault: migration 000022_newer up failed and was rolled back: relation "nowhere" does not exist/,
  );
  assert.deepEqual(
    await database.rows(`select count(*)::int, to_regclass('newer') as newer from pgmigrations`),
    [{ count: 21, newer: null }],
  );
});

test('a server that is not there stops the start, and its password stays secret', async () => {
  const url = 'postgres://skyfox:secret@127.0.0.1:1/skyfox';
  await assert.rejects(migrate({ url, log: console }), (error: Error) => {
    assert.match(
      error.message,
      /^the database at 127\.0\.0\.1:1 cannot be used \(.*ECONNREFUSED.*check DATABASE_URL$/,
    );
    return !error.message.includes('secret');
  });
});

/** A filled database as the reference leaves it. */
async function reference(t: TestContext, version: number, dirty = false) {
  const database = await emptyDatabase(t);
  await database.up(version);
  await database.run(filled);
  await database.leaveToReference(version, dirty);
  return database;
}

/** A folder with the first 21 migrations and some more. */
async function migrations(t: TestContext, more: Readonly<Record<number, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-migrations-'));
  t.after(() => rm(folder, { recursive: true }));
  const files = (await readdir(shared)).filter((name) => Number.parseInt(name, 10) <= 21);
  for (const name of files) await copyFile(new URL(name, shared), join(folder, name));
  for (const [number, statements] of Object.entries(more)) {
    await writeFile(join(folder, `0000${number}_newer.up.sql`), statements);
    const undo = statements.startsWith('comment')
      ? 'comment on table pgmigrations is null'
      : 'drop table newer';
    await writeFile(join(folder, `0000${number}_newer.down.sql`), undo);
  }
  return folder;
}
