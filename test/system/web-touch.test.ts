// Needs chromium: the whole purchase by finger on a phone, without a mouse, and with keys only for what is typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, PASSWORD, signUp, ticketCode, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);

/** Taps a field, which must take the focus, and types. */
async function type(field: Locator, text: string): Promise<void> {
  await field.tap();
  await field.and(field.page().locator(':focus')).waitFor();
  await field.page().keyboard.type(text);
}

test('a phone of 375 px logs in, chooses seats, pays by card and shows the ticket, all by touch', async (t) => {
  const visitor = await signUp(app);
  const showId = await app.show({ days: 1, slotId: 3, cost: '320.75' });
  const page = await openWeb(t, browser, app.base, {
    viewport: { width: 375, height: 667 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  await page.goto(`${web}/`);
  assert.deepEqual(
    await page.evaluate(`[matchMedia('(pointer: coarse)').matches, matchMedia('(hover: none)').matches]`),
    [true, true],
  );
  await page.getByRole('link', { name: 'Log in' }).tap();
  await type(page.getByLabel('Username'), visitor.username);
  await type(page.getByLabel('Password'), PASSWORD);
  await button('Log in').tap();
  await page.getByRole('link', { name: 'Tomorrow' }).tap();
  await page.getByRole('link', { name: /4:30 pm/ }).tap();

  await button(/^E5, .*free$/).tap();
  await button(/^E6, .*free$/).tap();
  await button(/^E7, .*free$/).tap();
  await button(/^E7, .*your choice$/).tap();
  await button(/^E7, .*free$/).waitFor();
  await button('Continue').tap();
  await button('Hold these seats').tap();

  await type(page.getByLabel('Card number'), '4242424242424242');
  await type(page.getByLabel('Valid until'), '1239');
  await type(page.getByLabel('Security code'), '123');
  await page.getByLabel('Name on the card').clear();
  await type(page.getByLabel('Name on the card'), 'Asha Rao');
  await button(/^Pay ₹641\.50/).tap();
  await ticketCode(page).waitFor();
  await page.getByText('E5, E6').waitFor();

  await button('Show large').tap();
  await page.getByRole('dialog').getByAltText('QR code for the door').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).tap();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
    0,
    'nothing is wider than the phone',
  );
  assert.equal(await app.count('booking', `show_id = ${showId} and status = 'Confirmed'`), 1);
});
