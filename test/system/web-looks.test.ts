// Needs chromium: what the styles of one part do to another, and what forced colours leave of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { overflow } from '../support/axe.ts';
import { openBrowser, openWeb, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { dayFrom, sellOn, showOn } from '../support/office.ts';
import { openCounter } from '../support/web-desk.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const desk = `${web}/desk`;
const showId = await app.show({ days: 1, slotId: 2 });
await app.show({ days: 1, slotId: 3 });

/** How everything in the room looks, and the form beside it. */
const LOOKS = `[...document.querySelectorAll('.room, .room *, .best, .best *')].map((element) => {
  const style = getComputedStyle(element);
  const names = ['color', 'backgroundColor', 'borderTopStyle', 'borderTopColor', 'fontWeight', 'fill', 'stroke'];
  return [element.localName, element.className.baseVal ?? element.className, ...names.map((name) => style[name])].join(' ');
})`;

test('the hall looks at the counter as it does to customers', async (t) => {
  const customer = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await customer.goto(`${web}/show/${showId}`);
  const counter = await openWeb(t, browser, app.base, { as: app.admin });
  await openCounter(counter, app, showId);
  const looks: string[][] = [];
  for (const page of [customer, counter]) {
    await page.getByText('Live', { exact: true }).waitFor();
    looks.push(await page.evaluate(LOOKS));
  }
  const [seen = [], sold = []] = looks;
  assert.ok(seen.length > 100);
  assert.deepEqual(
    sold.filter((look, at) => look !== seen[at]),
    [],
  );
});

const TONIGHT = {
  movie: { name: 'The Good, the Bad and the Ugly', moviePoster: '' },
  slot: { startTime: '16:30:00' },
  seats: 100,
  availableseats: 40,
  started: false,
};

test('the wall shows all of tonight without scrolling, however few or many shows are left', async (t) => {
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
    [2560, 1080],
    [1080, 1920],
  ] as const) {
    const page = await openWeb(t, browser, app.base, { viewport: { width, height } });
    for (const count of [1, 2, 4, 6]) {
      await page.route('**/app/api/programme', async (route) => {
        const shows = Array.from({ length: count }, (_, at) => ({ ...TONIGHT, id: 900 + at }));
        await route.fulfill({ json: { data: { date: dayFrom(1), today: dayFrom(1), shows } } });
      });
      await page.goto(`${web}/wall`);
      await page
        .locator('.wall-show')
        .nth(count - 1)
        .waitFor();
      const sizes = await page.evaluate<{ end: number; poster: number }[]>(
        `[...document.querySelectorAll('.wall-show')].map((show) => ({
          end: show.querySelector('.wall-left').getBoundingClientRect().bottom,
          poster: show.querySelector('.poster').getBoundingClientRect().height,
        }))`,
      );
      for (const { end, poster } of sizes)
        assert.ok(end <= height && poster >= 110, `${count} at ${width} x ${height}: ${end}, ${poster}`);
      await page.unroute('**/app/api/programme');
    }
  }
});

/** How each of these looks in forced colours, where shadows and grounds of our own are gone. */
const looksOf = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('${selector}')].map((element) => {
    const { backgroundColor, borderTopColor, borderTopWidth } = getComputedStyle(element);
    return [backgroundColor, borderTopColor, borderTopWidth].join(' ');
  })`);

for (const [what, address, links] of [
  ['page', `${desk}/bookings`, '.top nav a'],
  ['day', `${web}/`, '.days a'],
  ['show at the counter', `${desk}/?date=${dayFrom(1)}`, '.desk-shows a'],
  ['kind of period', `${desk}/revenue`, '.kinds a'],
] as const) {
  test(`in forced colours the chosen ${what} differs from the others`, async (t) => {
    const page = await openWeb(t, browser, app.base, { as: app.admin, forcedColors: 'active' });
    await page.goto(address);
    await page.locator(`${links}[aria-current]`).waitFor();
    const [chosen] = await looksOf(page, `${links}[aria-current]`);
    const others = await looksOf(page, `${links}:not([aria-current])`);
    assert.ok(others.length > 0 && !others.includes(chosen ?? ''), `${chosen} ${others.join(', ')}`);
  });
}

test('in forced colours the legend of the revenue tells the bars apart as the bars do', async (t) => {
  const id = await showOn(app, dayFrom(-1));
  await sellOn(app, id, [{ date: dayFrom(-1), amount: '100.00', seats: 1 }]);
  const page = await openWeb(t, browser, app.base, { as: app.admin, forcedColors: 'active' });
  await page.goto(`${desk}/revenue?period=week&date=${dayFrom(-1)}`);
  await page.locator('.chart-legend').waitFor();
  const square = `getComputedStyle(document.querySelector('.chart-legend .now'), '::before')`;
  // The ground that is computed for it is not the one that is drawn, unless it is left as it is.
  assert.equal(await page.evaluate(`${square}.forcedColorAdjust`), 'none');
});

test('the bars are not wider than the page before they are measured either', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.admin, viewport: { width: 320, height: 640 } });
  await page.addInitScript('ResizeObserver = class { observe() {} disconnect() {} };');
  const id = await showOn(app, dayFrom(-1), { slotId: 2 });
  await sellOn(app, id, [{ date: dayFrom(-1), amount: '100.00', seats: 1 }]);
  await page.goto(`${desk}/revenue?period=week&date=${dayFrom(-1)}`);
  await page.locator('.chart svg').waitFor();
  assert.ok(Number(await overflow(page)) <= 0);
});
