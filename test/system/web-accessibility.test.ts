// Needs chromium: pages for everybody, in all their states.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { findInAllShapes, overflow } from '../support/axe.ts';
import { openBrowser, openWeb, signUp, ticketCode, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { prepareStates } from '../support/web-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const visitor = await signUp(app);
const states = await prepareStates(app, visitor);
for (const state of states) {
  test(`nothing is found, light and dark, from 320 to 1280 px: ${state.name}`, async (t) => {
    const page = await openWeb(t, browser, app.base, {
      reducedMotion: 'reduce',
      ...(!state.isOpen && { as: visitor }),
    });
    await state.reach(page, web);
    assert.deepEqual(await findInAllShapes(page), []);
  });
}

test('the whole purchase goes by keyboard alone', async (t) => {
  const showId = await app.show({ days: 1, slotId: 4 });
  const page = await openWeb(t, browser, app.base, { as: visitor });
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      const label = await page.evaluate(`(() => {
        const at = document.activeElement;
        return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '';
      })()`);
      if (name.test(String(label))) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${String(name)}`);
  };
  await page.goto(`${web}/`);
  await page.getByRole('link', { name: 'Tomorrow' }).waitFor();
  await tabTo(/^Tomorrow/);
  await page.keyboard.press('Enter');
  await page.locator(`a[href="/app/show/${showId}"]`).waitFor();
  await tabTo(/^8:30\spm/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^A1, / }).waitFor();
  await tabTo(/^A1, /);
  await page.keyboard.press('Control+End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^J8, .*your choice$/ }).waitFor();
  await tabTo(/^Continue$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(/^Hold these seats$/);
  await page.keyboard.press('Enter');
  await page.getByLabel('Card number').waitFor();
  await tabTo(/^Card number$/);
  await page.keyboard.type('4242424242424242');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1239');
  await page.keyboard.press('Tab');
  await page.keyboard.type('123');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Asha Rao');
  await page.keyboard.press('Enter');
  await ticketCode(page).waitFor();
  assert.equal(await app.count('booking', `show_id = ${showId} and status = 'Confirmed'`), 1);
});

test('at 200 % text nothing is cut off, and every control can be reached', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: visitor, viewport: { width: 640, height: 900 } });
  for (const name of ['hall', 'payment', 'ticket', 'bookings', 'wallet', 'profile']) {
    await states.find((state) => state.name === name)?.reach(page, web);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    assert.ok(Number(await overflow(page)) <= 0, name);
  }
});

test('a user who prefers reduced motion gets none, and forced colours keep seats apart', async (t) => {
  const page = await openWeb(t, browser, app.base, {
    as: visitor,
    reducedMotion: 'reduce',
    forcedColors: 'active',
  });
  await states.find(({ name }) => name === 'hall')?.reach(page, web);
  const moving = await page.evaluate('document.getAnimations().length');
  assert.equal(moving, 0);
  const look = (selector: string) =>
    page.evaluate(`(() => {
      const style = getComputedStyle(document.querySelector('${selector}'));
      return [style.fill, style.stroke].join(' ');
    })()`);
  const looks = await Promise.all(
    ['.hall-grid .free .cushion', '.hall-grid .yours .cushion', '.hall-grid .taken .cushion'].map(look),
  );
  assert.equal(new Set(looks).size, 3, looks.join(', '));
});

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  test(`pages ${reducedMotion === 'reduce' ? 'do not ' : ''}fade into each other, with ${reducedMotion} for motion`, async (t) => {
    const page = await openWeb(t, browser, app.base, { as: visitor, reducedMotion });
    await page.addInitScript(`
      window.fades = 0;
      const start = document.startViewTransition;
      document.startViewTransition = function (draw) {
        window.fades++;
        return start.call(this, draw);
      };`);
    await page.goto(`${web}/`);
    for (const [link, heading] of [
      ['Wallet', 'Wallet'],
      ['Bookings', 'Your bookings'],
    ] as const) {
      await page.getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).and(page.locator(':focus')).waitFor();
    }
    await page.goBack();
    await page.getByText('Nothing has been added').waitFor();
    assert.equal(await page.evaluate('window.fades'), reducedMotion === 'reduce' ? 0 : 3);
  });
}

test('seats are as large as fingers from 600 px up, and 24 px at 320', async (t) => {
  for (const [width, least] of [
    [600, 44],
    [320, 24],
  ] as const) {
    const page = await openWeb(t, browser, app.base, { as: visitor, viewport: { width, height: 800 } });
    await states.find(({ name }) => name === 'hall')?.reach(page, web);
    const box = await page.getByRole('button', { name: /^J1, / }).boundingBox();
    assert.ok(box && box.width >= least && box.height >= least, `${width} px: ${JSON.stringify(box)}`);
  }
});
