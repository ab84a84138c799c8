import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { codesOf, routesOf, type Document } from '../support/openapi.ts';

const app = await startApp(wholeFile);
const document = JSON.parse((await app.get('/openapi.json')).text) as Document;

/** The codes of the page's table. */
const page = readFileSync('docs/errors.md', 'utf8');
const onPage = [...page.matchAll(/^\| `([A-Z_ ]+)`/gm)].map(([, code = '']) => code);

/** The codes that the program and the proxy's configuration name. */
const sources = [...globSync('src/**/*.ts'), 'deploy/nginx/config.ts'].map((file) =>
  readFileSync(file, 'utf8'),
);
const inCode = sources.flatMap((source) =>
  [...source.matchAll(/new Refusal\(\s*\w+,\s*'([^']+)'|\bcode: '([A-Z][A-Z_ ]+)'/g)].map(
    ([, refused, answered]) => refused ?? answered ?? '',
  ),
);
const inDescription = [
  ...routesOf(document).flatMap(({ operation }) => Object.values(operation.responses)),
  ...Object.values(document.components.responses),
].flatMap((response) => codesOf(document, response));

const sorted = (codes: readonly string[]) => [...new Set(codes)].toSorted();

test('every code of the program is in OpenAPI, and the other way round', () => {
  assert.deepEqual(sorted(inDescription), sorted(inCode));
});

test('every code of the program is in the table of errors, once, and the other way round', () => {
  assert.deepEqual(onPage.toSorted(), sorted(inCode));
});

test('the table gives each code its statuses', () => {
  const statuses = new Map<string, Set<string>>();
  for (const { operation } of routesOf(document)) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (status === 'default') continue;
      for (const code of codesOf(document, response)) {
        statuses.set(code, (statuses.get(code) ?? new Set()).add(status));
      }
    }
  }
  for (const [, code = '', told = ''] of page.matchAll(/^\| `([A-Z_ ]+)` +\| ([\d, ]+?) +\|/gm)) {
    for (const status of statuses.get(code) ?? []) assert.ok(told.includes(status), `${code}: ${status}`);
  }
});
