import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { apiTypes } from '../../scripts/api-types.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);

test('the web app’s types of the API are those of the document: else `npm run draw:api-types`', async () => {
  const { text } = await app.get('/openapi.json');
  const committed = await readFile(new URL('../../web/api/types.ts', import.meta.url), 'utf8');
  // Not by deepEqual: a difference of two thousand lines says nothing.
  assert.ok((await apiTypes(JSON.parse(text) as object)) === committed, 'web/api/types.ts is stale');
});
