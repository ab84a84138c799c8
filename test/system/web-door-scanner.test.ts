// Needs chromium: USB scanners, which type wherever the cursor is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import {
  CHECK_IN,
  gatesOf,
  keptScans,
  next,
  openShow,
  typeAsScanner,
  unconfirmed,
  verdict,
} from '../support/web-door.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const show = await openShow(app);

const { openDoor, sell, checkIns } = gatesOf(app, browser);
const sold = () => sell(show);

test('a scanner that types into a form leaves the form as it was, sends nothing, and its ticket is let in', async (t) => {
  const page = await openDoor(t);
  const searches: string[] = [];
  page.on('request', (request) => request.url().includes('/admin/bookings?') && searches.push(request.url()));
  for (const [label, text] of [
    ['Name, telephone or number', 'Ash'],
    ['Booking number', '12, '],
  ] as const) {
    const { id, ticket } = await sold();
    const field = page.getByLabel(label);
    await field.click();
    await field.fill(text);
    await typeAsScanner(page, ticket);
    await verdict(page, 'In').waitFor();
    await next(page);
    assert.equal(await field.inputValue(), text);
    assert.equal(await checkIns(id), 1);
    await field.fill('');
  }
  assert.deepEqual(searches, []);
});

/** Another code, at the speed of a scanner: all keys at once, and the browser is told when each was pressed. */
async function typeFast(page: Page, digits: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const from = Date.now() / 1_000;
  const pressed = [...Array.from(digits), 'Enter'].flatMap((key, at) => {
    const isEnd = key === 'Enter';
    const event = { key, code: isEnd ? 'Enter' : `Digit${key}`, text: isEnd ? '\r' : key };
    return [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp: from + at / 100, ...event }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp: from + at / 100 + 0.002, ...event }),
    ];
  });
  await Promise.all(pressed);
  await session.detach();
}

test('a code of a popcorn bag that is scanned into the field for numbers checks nobody in', async (t) => {
  const page = await openDoor(t);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.postData() ?? ''));
  await page.getByLabel('Booking number').click();
  await typeFast(page, '4006381333931');
  await verdict(page, 'Not valid')
    .getByText(/^Forged, altered, or no ticket/)
    .waitFor();
  assert.deepEqual(sent, ['{"ticket":"4006381333931"}']);
  await next(page);
  assert.equal(await page.getByLabel('Booking number').inputValue(), '');
});

test('a scanner presses no button: not the one that leads on, nor one that gives a scan up', async (t) => {
  const [first, second] = [await sold(), await sold()];
  const page = await openDoor(t);
  await page.route(CHECK_IN, (route) => route.abort());
  await typeAsScanner(page, first.ticket);
  await verdict(page, 'Not confirmed').waitFor();
  await next(page);
  await unconfirmed(page).getByRole('button', { name: 'Forget it' }).click();
  await unconfirmed(page).getByRole('button', { name: 'Forget it' }).focus();
  await typeAsScanner(page, second.ticket);
  await verdict(page, 'Not confirmed').waitFor();
  assert.equal((await keptScans(page)).length, 2);
  await next(page);
  await unconfirmed(page).getByRole('button', { name: 'Send now' }).click();
  await page.unroute(CHECK_IN);
  await unconfirmed(page).waitFor({ state: 'detached' });
});
