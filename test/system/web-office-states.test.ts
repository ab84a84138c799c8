// Needs chromium: the programme desk and the revenue in every state, and what the desk weighs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from '../../src/web/build.ts';
import { startApp } from '../support/app.ts';
import { findInAllShapes, overflow } from '../support/axe.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { prepareOffice } from '../support/office-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const desk = `${webOf(app)}/desk`;
const states = await prepareOffice(app);
const KB = 1024;

const SHAPES = [
  { width: 1280, colorScheme: 'light' },
  { width: 768, colorScheme: 'dark' },
  { width: 320, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;

for (const state of states) {
  test(`nothing is found, light and dark, from 320 to 1280 px: ${state.name}`, async (t) => {
    const page = await openWeb(t, browser, app.base, { as: app.admin, reducedMotion: 'reduce' });
    await state.reach(page, desk);
    assert.deepEqual(await findInAllShapes(page, SHAPES), []);
  });
}

test('at 200 % text nothing of the office is cut off', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.admin, viewport: { width: 640, height: 800 } });
  for (const name of ['a week', 'the form of a show', 'a copy to be started', 'revenue of a week']) {
    await states.find((state) => state.name === name)?.reach(page, desk);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    assert.ok(Number(await overflow(page)) <= 0, name);
  }
});

test('the desk is 70 KB of script and 10 KB of style at most, and a page of the office not much more', async (t) => {
  const { entries, contents } = await build({ sourceMaps: false });
  const entry = entries['desk'];
  assert.ok(entry?.style);
  const weigh = (files: readonly (Uint8Array | string)[]) =>
    files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0) / KB;
  const contentsOf = (names: readonly string[]) => names.map((name) => contents.get(name) ?? '');
  const [script, style] = [
    weigh(contentsOf([entry.script, ...entry.preload])),
    weigh(contentsOf([entry.style])),
  ];

  const page = await openWeb(t, browser, app.base, { as: app.admin });
  const loaded = new Set<string>();
  page.on('request', (request) => loaded.add(new URL(request.url()).pathname));
  await page.goto(`${desk}/programme`);
  await page.locator('.week').waitFor();
  const first = [entry.script, ...entry.preload].length;
  const scripts = [...loaded].filter((path) => path.endsWith('.js')).slice(first);
  const later = await Promise.all(scripts.map(async (path) => (await app.get(path)).text));
  t.diagnostic(
    `desk: script ${script.toFixed(1)} KB (70), style ${style.toFixed(1)} KB (10); its programme ${weigh(later).toFixed(1)} KB more`,
  );
  assert.ok(script <= 70 && style <= 10 && later.length > 0, [...loaded].join(' '));
});
