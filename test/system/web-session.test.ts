// Needs chromium: sessions that end while something waits for them, and users who follow each other in one tab.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import {
  fillCard,
  openBrowser,
  openWeb,
  PASSWORD,
  pressPay,
  signUp,
  ticketCode,
  webOf,
} from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const showId = await app.show();
let seats = 0;

const loginOver = (page: Page) => page.getByRole('dialog', { name: 'Please log in again' });
async function logInOver(page: Page, username?: string): Promise<void> {
  if (username) await loginOver(page).getByLabel('Username').fill(username);
  await loginOver(page).getByLabel('Password').fill(PASSWORD);
  await loginOver(page).getByRole('button', { name: 'Log in' }).click();
}
const attempts = (id: number) => app.count('payment_transaction', `booking_id = ${id}`);

/** A payment that has been sent with a token that is no longer taken. */
async function payWithDeadToken(t: Parameters<typeof openWeb>[0]) {
  const visitor = await signUp(app);
  const id = Number((await app.hold(visitor, showId, [`A${++seats}`])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/bookings`);
  await page.getByRole('link', { name: 'Resume and pay' }).click();
  await fillCard(page);
  await app.post('/logout', { as: visitor });
  await pressPay(page);
  await loginOver(page).waitFor();
  return { page, id, visitor };
}

test('the login over a payment cannot be closed for good, and the payment goes on after it', async (t) => {
  const { page, id } = await payWithDeadToken(t);
  await loginOver(page).getByLabel('Password').fill('half');
  for (let presses = 0; presses < 5; presses++) await page.keyboard.press('Escape');
  await loginOver(page).waitFor();
  await logInOver(page);
  await ticketCode(page).waitFor();
  assert.equal(await attempts(id), 1);
});

test('after Back over the login the payment is not sent, and the next page goes on', async (t) => {
  const { page, id } = await payWithDeadToken(t);
  await page.goBack();
  await page.getByRole('heading', { name: 'Your bookings' }).waitFor({ state: 'attached' });
  await logInOver(page);
  await page.getByRole('link', { name: 'Resume and pay' }).click();
  await page.getByLabel('Card number').waitFor();
  assert.equal(await page.getByLabel('Card number').inputValue(), '');
  assert.equal(await attempts(id), 0);
});

test('a log-out with a token that is over logs out, and asks for no login', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/profile`);
  await page.getByRole('heading', { name: 'Details' }).waitFor();
  await app.post('/logout', { as: visitor });
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('link', { name: 'Log in' }).waitFor();
  assert.equal(await loginOver(page).count(), 0);
});

test('who logs in after a log-out finds nothing of the user before', async (t) => {
  const [asha, ravi] = [await signUp(app), await signUp(app, { name: 'Ravi Nair' })];
  const page = await openWeb(t, browser, app.base, { as: asha });
  await page.goto(`${web}/show/${showId}`);
  await page.getByRole('button', { name: /^J1, / }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name on the card').fill('Asha Only');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('link', { name: 'Profile' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('Username').fill(ravi.username);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('link', { name: 'Profile' }).waitFor();
  await page.goto(`${web}/show/${showId}`);
  await page.getByRole('button', { name: /^J1, .*free$/ }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name on the card').waitFor();
  assert.doesNotMatch(await page.getByLabel('Name on the card').inputValue(), /Asha/);
});
