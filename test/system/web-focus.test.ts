// Needs chromium: the focus does not fall to the beginning of the page where a press takes its own button away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { fillCard, openBrowser, openWeb, PASSWORD, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { failWith } from '../support/web-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const focused = (page: Page) => page.locator(':focus');
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

test('a seat that leaves the choice, by a press or by another customer, leaves the focus at the next one', async (t) => {
  const [ann, ben] = [await signUp(app), await signUp(app)];
  const showId = await app.show();
  const page = await openWeb(t, browser, app.base, { as: ann });
  await page.goto(`${web}/show/${showId}`);
  for (const seat of ['E3', 'E4', 'E5', 'E6']) await button(page, new RegExp(`^${seat}, `)).click();
  await button(page, 'Remove E4').focus();
  await page.keyboard.press('Enter');
  await button(page, 'Remove E5').and(focused(page)).waitFor();
  await app.hold(ben, showId, ['E5']);
  await button(page, 'Remove E6').and(focused(page)).waitFor();
  await page.keyboard.press('Enter');
  await button(page, 'Remove E3').and(focused(page)).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Choose seats in the map').and(focused(page)).waitFor();
});

test('more time takes its button away, and the focus stays at the time', async (t) => {
  const visitor = await signUp(app);
  const id = Number((await app.hold(visitor, await app.show(), ['A1'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/pay/${id}`);
  await button(page, 'I need more time').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('You have more time now.').waitFor();
  await page.locator('.clock').and(focused(page)).waitFor();
});

test('trying again says that it tries, and then leads to the heading of what came', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: await signUp(app) });
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const [first, ...later] = gates;
  let asked = 0;
  await page.route('**/customer/bookings', async (route) => {
    const at = asked++;
    await gates[at]?.promise;
    return at < 2 ? route.fulfill(failWith(500)) : route.continue();
  });
  first?.resolve();
  await page.goto(`${web}/bookings`);
  for (const gate of later) {
    await button(page, 'Try again').focus();
    await page.keyboard.press('Enter');
    await button(page, 'One moment…').and(focused(page)).waitFor();
    gate.resolve();
  }
  await page.getByRole('heading', { name: 'No bookings yet' }).waitFor();
  await page.getByRole('heading', { name: 'Your bookings', level: 1 }).and(focused(page)).waitFor();
});

test('a form that begins anew after it has worked keeps the focus at its button', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await page.goto(`${web}/wallet`);
  await page.getByLabel('Amount in rupees').fill('500');
  await fillCard(page);
  await button(page, 'Add ₹500').focus();
  await page.keyboard.press('Enter');
  await page.getByText('₹500 were added').first().waitFor();
  await button(page, 'Add money').and(focused(page)).waitFor();

  await page.goto(`${web}/profile`);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill('Lantern@2027');
  await button(page, 'Change the password').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('main').getByText('Your password was changed').waitFor();
  await button(page, 'Change the password').and(focused(page)).waitFor();
  assert.equal(await page.getByLabel('New password').inputValue(), '');
});
