import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { pictureFields } from '../customers/people.ts';
import type { Person, TestApp } from './app.ts';
import { call } from './call.ts';
import { wholeFile } from './database.ts';
import { eventually } from './eventually.ts';

// A name that is not this machine's leads nowhere, as without the internet.
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost';
export const PASSWORD = 'Harbour@2026';

/** One Chromium for a whole file; its tests open contexts of their own. `args` are more of its switches. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', OFFLINE, ...args],
  });
  wholeFile.after(() => browser.close());
  return browser;
}

type Options = BrowserContextOptions & {
  /** Logged in from the first page on. */
  as?: Person;
  /** What the browser may complain about besides refusals of the API, which it always notes. */
  mayComplain?: RegExp;
};
type Ending = { after(close: () => unknown): void };

/** The address of the web app of a program, by a name that its pages call their own. */
export const webOf = ({ base }: { base: string }) => `${base.replace('127.0.0.1', 'localhost')}/app`;

/** A page of the web app. When its test ends, it must have complained about nothing and asked nobody else. */
export async function openWeb(
  t: Ending,
  browser: Browser,
  base: string,
  options: Options = {},
): Promise<Page> {
  const { as, mayComplain = /^$/, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest });
  if (as) {
    const session = { user: { username: as.username, role: as.role ?? 'customer' }, token: as.token };
    // Not again after the app has changed it.
    await context.addInitScript(`
      if (window.name === '') sessionStorage.setItem('skyfox.session', ${JSON.stringify(JSON.stringify(session))});
      window.name = 'seen';`);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const origin = new URL(webOf({ base })).origin;
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(?:data|blob):/.test(url) && !url.startsWith(`${origin}/`)) complaints.push(`asked ${url}`);
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(
      complaints.filter((text) => !mayComplain.test(text)),
      [],
    );
  });
  return page;
}

let count = 0;

/** A customer who can log in, and whose answer to the security question is Bluebell. */
export async function signUp(app: Pick<TestApp, 'base'>, { name = 'Asha Rao' } = {}) {
  const username = `visitor${process.pid}x${++count}`;
  const body = {
    name,
    username,
    password: PASSWORD,
    number: String(7_000_000_000 + process.pid * 1_000 + count),
    email: `${username}@example.com`,
    security_question_id: 1,
    security_answer: 'Bluebell',
    ...pictureFields(),
  };
  const made = await call(app.base, 'POST', '/customer/signup', { body });
  assert.equal(made.status, 201, made.text);
  const login = await call(app.base, 'POST', '/login', { body: { username, password: PASSWORD } });
  return { username, email: body.email, token: String(login.data['token']) };
}

/** Chooses these seats in the map, and asks for their hold. Ends where they are to be paid. */
export async function holdSeats(page: Page, seats: readonly string[]): Promise<void> {
  for (const seat of seats) await page.getByRole('button', { name: new RegExp(`^${seat}, `) }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Hold these seats' }).click();
  await page.getByRole('button', { name: /^Pay ₹/ }).waitFor();
}

export async function fillCard(page: Page, number = '4242 4242 4242 4242'): Promise<void> {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Valid until').fill('12/39');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on the card').fill('Asha Rao');
}

/**
 * Holds and sales of these pages wait for each other, so that all are on their way before the first is answered. Else the
 * first one's seats would close the dialog of the next before anybody could press its button.
 */
export async function sendTogether(pages: readonly Page[]): Promise<void> {
  let sent = 0;
  for (const page of pages) {
    await page.route(/\/(?:booking\/initialize|create-customer-booking)$/, async (route) => {
      sent++;
      await eventually('all are on their way', () => sent >= pages.length, 15_000);
      await route.continue();
    });
  }
}

export const pressPay = (page: Page) => page.getByRole('button', { name: /^Pay ₹/ }).click();
export const ticketCode = (page: Page) => page.getByAltText('QR code for the door');
