import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { schemaPage } from '../../scripts/schema-page.ts';
import { createPool } from '../../src/platform/database/db.ts';
import { createDatabase } from '../support/database.ts';

test('the page of the schema is what its script writes from a migrated database', async (t) => {
  const { url } = await createDatabase(t);
  const pool = createPool({ url, max: 1 });
  t.after(() => pool.end());
  const written = await readFile('docs/schema.md', 'utf8');
  assert.equal(written, await schemaPage(pool), 'npm run draw:schema brings it up to date');
});
