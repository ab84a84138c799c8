// Needs chromium: money for the wallet when answers are lost, outcomes unknown, or the page is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { fillCard, openBrowser, openWeb, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const ADD_FUNDS = '**/app/api/customer/wallet/add-funds';
const charges = () => app.bank.charges().length;

async function openWallet(t: Parameters<typeof openWeb>[0]) {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/wallet`);
  return { page, visitor };
}
async function addMoney(page: Page, card?: string): Promise<void> {
  await page.getByLabel('Amount in rupees').fill('500');
  await fillCard(page, card);
  await page.getByRole('button', { name: 'Add ₹500' }).click();
}
const unknown = (page: Page) => page.getByText('We do not know yet whether ₹500 were added.');

test('a top-up whose answer is lost is asked for again under its key, and charged once', async (t) => {
  const { page } = await openWallet(t);
  const before = charges();
  const keys: (string | undefined)[] = [];
  await page.route(ADD_FUNDS, async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 2) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await addMoney(page);
  await page.locator('.balance', { hasText: '₹500' }).waitFor();
  assert.deepEqual([keys.length, new Set(keys).size, charges() - before], [3, 1, 1]);
  await page.getByRole('cell', { name: /₹500/ }).waitFor();
  await page.getByLabel('Card number').waitFor();
});

test('a top-up that was left with its line lost is not offered again before its user has looked', async (t) => {
  const { page } = await openWallet(t);
  const before = charges();
  await page.route(ADD_FUNDS, async (route) => {
    await route.fetch();
    return route.abort('connectionreset');
  });
  await addMoney(page);
  await page.getByText('The connection broke. We ask again until an answer comes').waitFor();
  await page.getByRole('link', { name: 'Profile' }).click();
  await page.getByRole('heading', { name: 'Details' }).waitFor();
  await page.getByRole('link', { name: 'Wallet' }).click();
  await unknown(page).waitFor();
  await page.reload();
  await unknown(page).waitFor();
  assert.equal(await page.getByLabel('Card number').count(), 0);
  assert.doesNotMatch(String(await page.evaluate('JSON.stringify(sessionStorage)')), /4242|Asha Rao|12.39/);
  await page.getByRole('cell', { name: /₹500/ }).waitFor();
  assert.equal(charges() - before, 1);
  await page.getByRole('button', { name: 'I have looked: go on' }).click();
  await page.getByLabel('Card number').waitFor();
  await page.reload();
  await page.getByLabel('Card number').waitFor();
});

test('an unknown outcome stays in sight after a reload, and is not another user’s', async (t) => {
  const { page } = await openWallet(t);
  await addMoney(page, '4000 0000 0000 0341');
  await unknown(page).waitFor();
  await page.reload();
  await unknown(page).waitFor();
  const other = await signUp(app);
  const session = { user: { username: other.username, role: 'customer' }, token: other.token };
  await page.evaluate((kept) => sessionStorage.setItem('skyfox.session', kept), JSON.stringify(session));
  await page.reload();
  await page.getByLabel('Card number').waitFor();
});

test('a declined card can be changed, and leaves nothing to look at', async (t) => {
  const { page } = await openWallet(t);
  await addMoney(page, '4000 0000 0000 0002');
  await page.getByText('Your bank declined the payment.').waitFor();
  await page.reload();
  await addMoney(page);
  await page.locator('.balance', { hasText: '₹500' }).waitFor();
  await addMoney(page, '4000 0000 0000 0002');
  await page.getByText('Your bank declined the payment.').waitFor();
  assert.match(await page.getByLabel('Card number').inputValue(), /0002$/);
});

test('an amount that may be misread is asked for again, and charges nothing', async (t) => {
  const { page } = await openWallet(t);
  const before = charges();
  await page.getByLabel('Amount in rupees').fill('50,25');
  await fillCard(page);
  await page.getByRole('button', { name: 'Add money' }).click();
  await page.getByText('Write an amount up to 10,000').waitFor();
  assert.equal(charges(), before);
});
