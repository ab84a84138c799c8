// Needs chromium: holds whose answers are lost for good, or come when the customer has left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const HOLD = '**/app/api/customer/booking/initialize';
const BOOKINGS = '**/app/api/customer/bookings';

/** A hall in which E5 and E6 are chosen, and the dialog is open. */
async function beforeHolding(t: Parameters<typeof openWeb>[0], days: number) {
  const visitor = await signUp(app);
  const showId = await app.show({ days });
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/bookings`);
  await page.getByRole('link', { name: 'Programme', exact: true }).click();
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await page.locator(`a[href*="${day}"]`).first().click();
  await page.locator(`a[href="/app/show/${showId}"]`).click();
  for (const seat of ['E5', 'E6']) await page.getByRole('button', { name: new RegExp(`^${seat}, `) }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  return { page, showId };
}
const pressHold = (page: Page) => page.getByRole('button', { name: 'Hold these seats' }).click();
/** Holds the seats, and loses the answer. */
const lose = async (route: Route) => {
  await route.fetch();
  await route.abort('connectionreset');
};
/** Wakes what waits for the next try. */
const hurry = async (page: Page, done: () => boolean) => {
  for (; !done();) {
    await page.evaluate('dispatchEvent(new Event("online"))');
    await page.waitForTimeout(50);
  }
};

test('after six lost tries the seats are not called another customer’s, and turn out to be one’s own', async (t) => {
  const { page, showId } = await beforeHolding(t, 1);
  const keys: (string | undefined)[] = [];
  await page.route(HOLD, (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    return lose(route);
  });
  await page.route(BOOKINGS, (route) => route.abort('connectionreset'));
  await pressHold(page);
  await hurry(page, () => keys.length === 6);
  await page.getByText('No answer came. Your seats may be held').waitFor();
  assert.equal(new Set(keys).size, 1);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  assert.equal(await page.locator('.basket li').count(), 2);
  await page.unroute(BOOKINGS);
  await page.evaluate('dispatchEvent(new Event("online"))');
  await page.getByText('You hold E5, E6 in this show.').waitFor();
  await page.getByRole('button', { name: /^E5, .*held by you$/ }).waitFor();
  assert.equal(await page.getByText('taken by somebody else').count(), 0);
  assert.equal(await page.locator('.basket li').count(), 0);
  assert.equal(await app.count('booking', `show_id = ${showId}`), 1);
});

test('a hold that is tried again in another dialog has the same key, and other seats have another', async (t) => {
  const { page, showId } = await beforeHolding(t, 2);
  const keys: (string | undefined)[] = [];
  await page.route(HOLD, (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    return route.abort('connectionreset');
  });
  await page.route(BOOKINGS, (route) => route.abort('connectionreset'));
  await pressHold(page);
  await hurry(page, () => keys.length === 6);
  await page.getByText('No answer came. Your seats may be held').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await pressHold(page);
  await hurry(page, () => keys.length === 12);
  assert.equal(new Set(keys).size, 1);
  await page.getByText('No answer came. Your seats may be held').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: /^E7, / }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.unroute(BOOKINGS);
  await page.unroute(HOLD);
  await page.route(HOLD, (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    return route.continue();
  });
  await pressHold(page);
  await page.getByRole('button', { name: /^Pay ₹/ }).waitFor();
  assert.equal(new Set(keys).size, 2);
  assert.equal(await app.count('booking', `show_id = ${showId}`), 1);
});

test('six lost tries of a hold that can be found lead to its payment', async (t) => {
  const { page } = await beforeHolding(t, 3);
  let tries = 0;
  await page.route(HOLD, (route) => (tries++, lose(route)));
  await pressHold(page);
  await hurry(page, () => tries === 6);
  await page.getByRole('button', { name: /^Pay ₹/ }).waitFor();
});

test('an answer that comes after the customer has left does not lead the customer away', async (t) => {
  const { page, showId } = await beforeHolding(t, 4);
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  await page.route(HOLD, async (route) => {
    await left;
    await route.continue();
  });
  await pressHold(page);
  await page.goBack();
  await page.getByRole('heading', { name: 'What is on' }).waitFor();
  const answer = page.waitForResponse(HOLD);
  leave();
  await (await answer).finished();
  // Time for what the page would do with it.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100)))');
  assert.doesNotMatch(page.url(), /\/pay\//);
  await page.getByRole('link', { name: 'Bookings' }).click();
  await page.getByRole('link', { name: 'Resume and pay' }).waitFor();
  assert.equal(await app.count('booking', `show_id = ${showId}`), 1);
});
