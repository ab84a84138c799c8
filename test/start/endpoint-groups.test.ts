import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointGroup } from '../../src/start/endpoint-groups.ts';
import { startApp } from '../support/app.ts';
import { routesOf, type Document } from '../support/openapi.ts';

/** Routes that no dashboard asks for by a group. */
const OTHER = /^\/(|health|ready|openapi\.json|docs|metrics|movies.*|(pictures|posters)\/.*)$/;

test('every route is counted under a group of the dashboards, but for those that are listed here', async (t) => {
  const app = await startApp(t);
  const document = JSON.parse((await app.get('/openapi.json')).text) as Document;
  const patterns = routesOf(document).map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
  assert.ok(patterns.length > 40);
  assert.deepEqual(
    patterns.filter((path) => endpointGroup(path) === 'other' && !OTHER.test(path)),
    [],
  );
});
