import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { openTo, startSupabase, unprotected } from '../support/supabase.ts';

test('a dump that is restored where the roles of the Data API are is closed by the first start, and can be dumped again', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-dump-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'skyfox.dump');
  const server = await startSupabase(t, 'postgres15');
  const desk = await server.project(t);
  const app = await startApp(t, { databaseUrl: desk.url });
  const person = await app.customer();
  const held = await app.hold(person, await app.show(), ['A1']);
  assert.equal((await app.pay(person, Number(held.data['booking_id']))).status, 200);
  await app.stop();
  run('pg_dump', '--format=custom', `--file=${file}`, desk.url);

  await server.makeRoles();
  const project = await server.project(t);
  await project.givesAllThatIsNew();
  run('pg_restore', '--no-owner', '--exit-on-error', `--dbname=${project.url}`, file);
  assert.notDeepEqual(await openTo(project, 'anon'), []);
  await project.migrate();
  assert.deepEqual(await openTo(project, 'anon'), []);
  assert.deepEqual(await unprotected(project), []);

  const theirs = project.urlAs('backup');
  const [whole, byAnother] = [run('pg_dump', project.url), run('pg_dump', '--enable-row-security', theirs)];
  assert.match(whole, /COPY public\.booking_seat_mapping /);
  assert.deepEqual(rowsIn(byAnother), rowsIn(whole), "a back-up by another role is as whole as the owner's");
});

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(`/usr/lib/postgresql/15/bin/${program}`, args, {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** How many rows of each table are in a dump. */
function rowsIn(dump: string): Record<string, number> {
  const tables = dump.matchAll(/^COPY (\S+) .*;\n([^]*?)^\\\.$/gm);
  return Object.fromEntries(
    [...tables].map(([, name = '', rows = '']) => [name, rows.split('\n').length - 1]),
  );
}
