// Needs chromium: what the styles of one part do to another, and what forced colours leave of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
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
