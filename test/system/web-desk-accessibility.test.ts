// Needs chromium: the counter and the bookings for everybody, in all their states.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { findInAllShapes, overflow } from '../support/axe.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { prepareDeskStates } from '../support/web-desk-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const states = await prepareDeskStates(app);

for (const state of states) {
  test(`nothing is found at the desk, light and dark, from 320 to 1280 px: ${state.name}`, async (t) => {
    const page = await openWeb(t, browser, app.base, {
      reducedMotion: 'reduce',
      ...(!state.isOpen && { as: app.admin }),
    });
    await state.reach(page, web);
    assert.deepEqual(await findInAllShapes(page), []);
  });
}

test('at 200 % text nothing of the counter is cut off', async (t) => {
  for (const name of [
    'counter',
    'sale with faults',
    'sold',
    'bookings of the desk',
    'a ticket printed again',
  ]) {
    const page = await openWeb(t, browser, app.base, {
      as: app.admin,
      viewport: { width: 640, height: 900 },
    });
    await states.find((state) => state.name === name)?.reach(page, web);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    assert.ok(Number(await overflow(page)) <= 0, name);
  }
});
