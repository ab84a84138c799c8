// Needs chromium: who may see what at the desk, and a session that ends when nobody uses it.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile, { env: { DESK_IDLE_MINUTES: '10' } });
const browser = await openBrowser();
const desk = `${webOf(app)}/desk`;

/** A page with a session of its own, since the desk ends it. */
async function openDesk(t: TestContext, page?: Page): Promise<Page> {
  const opened = page ?? (await openWeb(t, browser, app.base));
  if (!page) await opened.clock.install();
  await opened.goto(`${desk}/bookings`);
  await logIn(opened, 'staff-1');
  await heading(opened, 'Find a booking').waitFor();
  return opened;
}

async function logIn(page: Page, username: string, password = 'foobar'): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const pagesInMenu = (page: Page) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 });

test('a visitor logs in at the desk and stays there, and a login elsewhere leads there too', async (t) => {
  const page = await openWeb(t, browser, app.base);
  await page.goto(`${desk}/bookings`);
  await logIn(page, 'staff-1');
  await heading(page, 'Find a booking').waitFor();
  assert.equal(page.url(), `${desk}/bookings`);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password').waitFor();

  await page.goto(`${webOf(app)}/log-in`);
  await logIn(page, 'staff-1');
  await heading(page, 'Find a booking').waitFor();
});

test('staff see bookings, export and door, and are told that selling is for admins', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.goto(`${desk}/bookings`);
  await heading(page, 'Find a booking').waitFor();
  assert.deepEqual(await pagesInMenu(page).allInnerTexts(), ['Bookings', 'Door']);
  await page.getByRole('heading', { name: 'Export paid bookings' }).waitFor();
});

test('a customer who opens the desk is led back with a word why, once', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await page.goto(`${desk}/bookings`);
  const why = page.getByText('You are logged in as a customer');
  await why.waitFor();
  assert.equal(page.url(), `${webOf(app)}/`);
  await page.reload();
  await heading(page, 'What is on').waitFor();
  assert.equal(await why.count(), 0);
});

test('the desk warns before it logs out, and any key keeps it', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.clock.install();
  await page.goto(`${desk}/bookings`);
  await heading(page, 'Find a booking').waitFor();
  const warning = page.getByRole('dialog', { name: 'Are you still there?' });
  await page.getByRole('button', { name: 'Search' }).focus();
  await page.clock.fastForward('09:10');
  await warning.waitFor();
  let searches = 0;
  page.on('request', (request) => void (searches += Number(request.url().includes('/admin/bookings'))));
  await page.keyboard.press('Enter');
  await warning.waitFor({ state: 'detached' });
  await page.clock.fastForward('08:30');
  assert.equal(await warning.count(), 0);
  await page.clock.fastForward('00:40');
  await page.getByRole('button', { name: 'Stay logged in' }).click();
  await warning.waitFor({ state: 'detached' });
  assert.equal(searches, 0, 'the key that answers the warning presses nothing under it');
});

test('after the idle time the session is over, here and at the server, whatever is pressed', async (t) => {
  const page = await openDesk(t);
  const token = await page.evaluate<string>(`JSON.parse(sessionStorage['skyfox.session']).token`);
  assert.equal((await app.get('/staff/profile', { as: { token } })).status, 200);

  const loggedOut = page.waitForResponse((response) => response.url().endsWith('/logout'));
  await page.clock.fastForward('10:01');
  await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
  await loggedOut;
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
  assert.equal(await page.evaluate(`sessionStorage['skyfox.session']`), undefined);
  assert.equal((await app.get('/staff/profile', { as: { token } })).code, 'INVALID_TOKEN');

  await page.getByLabel('Password').fill('foobar');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.clock.fastForward('09:30');
  await page.getByRole('button', { name: 'Stay logged in' }).waitFor();
});

for (const [how, use] of [
  ['key', (page: Page) => page.keyboard.press('Enter')],
  ['press', (page: Page) => page.getByRole('button', { name: 'Search' }).click()],
] as const) {
  test(`a machine that slept past the end is logged out by its first ${how}, which does nothing else`, async (t) => {
    const page = await openDesk(t);
    await page.getByRole('button', { name: 'Search' }).focus();
    let searches = 0;
    page.on('request', (request) => void (searches += Number(request.url().includes('/admin/bookings'))));
    await page.clock.setSystemTime(Date.now() + 11 * 60_000);
    await use(page);
    await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
    await logIn(page, 'staff-1');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(searches, 0);
  });
}

test('a tab of the desk that is used keeps the others, and a tab that is restored late is logged out', async (t) => {
  const page = await openDesk(t);
  const other = await openDesk(t, await page.context().newPage());
  await page.clock.fastForward('09:00');
  await other.keyboard.press('Shift');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.clock.fastForward('08:00');
  assert.equal(await page.getByRole('dialog').count(), 0);

  await page.evaluate(`sessionStorage.setItem('skyfox.desk.used', String(Date.now() - 11 * 60_000))`);
  await page.reload();
  await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
});
