// Needs chromium: the door for everybody who works there, in all its states.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { findInAllShapes, overflow } from '../support/axe.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { prepareDoorStates } from '../support/door-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
const web = webOf(app);
const states = await prepareDoorStates(app);

for (const state of states) {
  test(`nothing is found at the door, light and dark, from 320 to 1280 px: ${state.name}`, async (t) => {
    const page = await openWeb(t, browser, app.base, {
      reducedMotion: 'reduce',
      ...(!state.isOpen && { as: app.staff }),
    });
    await state.reach(page, web);
    assert.deepEqual(await findInAllShapes(page), []);
  });
}

test('at 200 % text nothing of the door is cut off, and every verdict leads on', async (t) => {
  for (const name of ['door', 'already in', 'not confirmed', 'another show', 'many at once']) {
    const page = await openWeb(t, browser, app.base, {
      as: app.staff,
      viewport: { width: 640, height: 900 },
    });
    await states.find((state) => state.name === name)?.reach(page, web);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    assert.ok(Number(await overflow(page)) <= 0, name);
    if (name === 'door') continue;
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
});

test('verdicts differ in form and word, also in forced colours, and lead on by one key', async (t) => {
  const looks = new Set<string>();
  for (const name of ['in', 'already in', 'forged', 'not confirmed', 'another show']) {
    const page = await openWeb(t, browser, app.base, { as: app.staff, forcedColors: 'active' });
    await states.find((state) => state.name === name)?.reach(page, web);
    const dialog = page.getByRole('dialog');
    const form = await dialog.locator('.shape path').getAttribute('d');
    looks.add(`${form} ${await dialog.getByRole('heading').innerText()}`);
    await page.getByRole('button', { name: 'Next', exact: true }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
  }
  assert.equal(looks.size, 5);
});

test('what is pressed at the door is as large as a thumb', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.staff, viewport: { width: 320, height: 640 } });
  await states.find(({ name }) => name === 'door')?.reach(page, web);
  for (const button of await page.getByRole('main').getByRole('button').all()) {
    const box = await button.boundingBox();
    assert.ok(
      box && box.height >= 44 && box.width >= 44,
      `${await button.innerText()} ${JSON.stringify(box)}`,
    );
  }
});
