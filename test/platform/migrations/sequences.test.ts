import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { emptyDatabase } from '../../support/schema.ts';

test('what is run after a restore moves on every sequence that gives out numbers', async (t) => {
  const page = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const [statement = ''] = /select name, setval\([^;]*;/.exec(page) ?? [];
  const database = await emptyDatabase(t);
  await database.up();
  const owners = await database.rows<{ name: string }>(`
    select owned.refobjid::regclass::text as name
    from pg_class sequence
    join pg_depend owned on owned.objid = sequence.oid and owned.deptype in ('a', 'i')
    where sequence.relkind = 'S'
      and owned.refclassid = 'pg_class'::regclass`);
  const moved = await database.rows<{ name: string; setval: string }>(statement);
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name).toSorted();
  // Questions are seeded, months are counted anew, and the books of migrations are the runner's.
  const still = ['pgmigrations', 'revenue_month', 'security_questions'];
  assert.deepEqual([...names(moved), ...still].toSorted(), names(owners));
  assert.ok(moved.every(({ setval }) => Number(setval) > 100_000));
});
