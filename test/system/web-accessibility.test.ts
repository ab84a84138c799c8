// Needs chromium: pages for everybody, in all their states.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, signUp, ticketCode, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { prepareStates, type State } from '../support/web-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const visitor = await signUp(app);
const states = await prepareStates(app, visitor);
const axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

type Finding = { id: string; nodes: { target: string[]; failureSummary: string }[] };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function findings(page: Page): Promise<string[]> {
  // Past the page's policy, as a browser's own tools are.
  await page.evaluate(`window.axe === undefined && ${JSON.stringify(axe)}.length`);
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  const violations = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`,
  )) as Finding[];
  await session.detach();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}

const SHAPES = [
  { name: 'light, 1280 px', width: 1280, colorScheme: 'light' },
  { name: 'dark, 375 px', width: 375, colorScheme: 'dark' },
  { name: 'light, 320 px', width: 320, colorScheme: 'light' },
  { name: 'dark, 1280 px', width: 1280, colorScheme: 'dark' },
] as const;

/** Nothing has to be scrolled sideways but what scrolls by itself. */
const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

for (const { name, width, colorScheme } of SHAPES) {
  test(`no page and state has a finding of axe: ${name}`, async (t) => {
    const found: string[] = [];
    const look = async (state: State) => {
      const ends: (() => unknown)[] = [];
      const page = await openWeb({ after: (end) => ends.push(end) }, browser, app.base, {
        viewport: { width, height: 800 },
        colorScheme,
        reducedMotion: 'reduce',
        ...(!state.isOpen && { as: visitor }),
      });
      await state.reach(page, web);
      for (const finding of await findings(page)) found.push(`${state.name}: ${finding}`);
      const wide = await overflow(page);
      if (wide !== 0) found.push(`${state.name}: ${String(wide)} px too wide`);
      for (const end of ends) await end();
    };
    for (const state of states) await look(state);
    t.diagnostic(`${states.length} states`);
    assert.deepEqual(found, []);
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
  await tabTo(/^8:30 pm/);
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
    await page.addStyleTag({ url: `${web.replace('/app', '')}/none.css` }).catch(() => undefined);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    assert.equal(await overflow(page), 0, name);
  }
});

test('whoever wants less motion gets none, and forced colours keep seats apart', async (t) => {
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
