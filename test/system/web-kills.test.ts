// Needs chromium: the program is killed while somebody watches, holds and pays, and comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/payments/simulator.ts';
import { freePort } from '../../src/platform/process/free-port.ts';
import { startApp } from '../support/app.ts';
import {
  fillCard,
  holdSeats,
  openBrowser,
  openWeb,
  pressPay,
  signUp,
  ticketCode,
} from '../support/browser.ts';
import { createDatabase, wholeFile } from '../support/database.ts';
import { startProcess, type Child } from '../support/process.ts';
import { endLeases } from '../support/recovery.ts';

const { url: databaseUrl } = await createDatabase(wholeFile);
// Looks at the rows, makes shows and people; its browser talks to the processes below.
const rows = await startApp(wholeFile, { databaseUrl });
const bank = await startSimulator({ apiKey: 'simulator' });
wholeFile.after(() => bank.close());
const browser = await openBrowser();
const visitor = await signUp(rows);
const PORT = String(await freePort());
const env = { PORT, PAYMENT_GATEWAY_URL: bank.url, PAYMENT_TIMEOUT_SECONDS: '3', APP_ENV: 'test' };

let child: Child;
const start = async () => (child = await startProcess(wholeFile, { databaseUrl, env }));
const kill = () => child.kill('SIGKILL');
const base = `http://127.0.0.1:${PORT}`;
const web = `http://localhost:${PORT}/app`;
const LOST = /net::ERR_|Failed to fetch/;

test('a watcher is told that the connection is broken, and then sees what happened meanwhile', async (t) => {
  await start();
  const showId = await rows.show();
  const page = await openWeb(t, browser, base, { as: visitor, mayComplain: LOST });
  await page.goto(`${web}/show/${showId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await kill();
  await page.getByText(/^Reconnecting\. Seats as of /).waitFor();
  await rows.hold(await rows.customer(), showId, ['E5']);
  await start();
  await page.getByRole('button', { name: /^E5, .*held, may come back$/ }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
});

test('a hold whose server dies is asked for again, and is one hold', async (t) => {
  const showId = await rows.show();
  const page = await openWeb(t, browser, base, { as: visitor, mayComplain: LOST });
  // A start takes its time on a machine that is busy.
  page.setDefaultTimeout(40_000);
  let killed = false;
  await page.route('**/booking/initialize', async (route) => {
    if (!killed) {
      killed = true;
      // It has held the seats, and died before it could answer.
      await route.fetch();
      await kill();
      void start();
      return route.abort('connectionreset');
    }
    return route.continue();
  });
  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, ['A1', 'A2']);
  assert.equal(await rows.count('booking', `show_id = ${showId}`), 1);
});

test('a payment that the server never got goes on when it is back, and is one charge', async (t) => {
  const showId = await rows.show();
  const page = await openWeb(t, browser, base, { as: visitor, mayComplain: LOST });
  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, ['B1']);
  await fillCard(page);
  const before = bank.charges().length;
  await kill();
  await pressPay(page);
  await page.getByText('The connection broke. We ask again until an answer comes').waitFor();
  await start();
  await ticketCode(page).waitFor();
  assert.equal(bank.charges().length - before, 1);
});

test('a payment whose server dies while it charges is unknown, and is never charged again', async (t) => {
  const showId = await rows.show();
  const page = await openWeb(t, browser, base, { as: visitor, mayComplain: LOST });
  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, ['C1']);
  await fillCard(page, '4000 0000 0000 3220');
  const before = bank.charges().length;
  await pressPay(page);
  await page.getByRole('heading', { name: 'Paying…' }).waitFor();
  for (; bank.charges().length === before;) await page.waitForTimeout(20);
  await kill();
  await endLeases(rows.pool);
  await start();
  await page.getByRole('heading', { name: 'We do not know yet' }).waitFor();
  assert.equal(bank.charges().length - before, 1);
  assert.equal(await page.getByLabel('Card number').count(), 0);
});

test('a top-up whose server dies while it charges is unknown, and is never charged again', async (t) => {
  const page = await openWeb(t, browser, base, { as: visitor, mayComplain: LOST });
  await page.goto(`${web}/wallet`);
  await page.getByLabel('Amount in rupees').fill('500');
  await fillCard(page, '4000 0000 0000 3220');
  const before = bank.charges().length;
  await page.getByRole('button', { name: 'Add ₹500' }).click();
  for (; bank.charges().length === before;) await page.waitForTimeout(20);
  await kill();
  await endLeases(rows.pool);
  await start();
  await page.getByText('We do not know yet whether ₹500 were added.').waitFor();
  assert.equal(bank.charges().length - before, 1);
  assert.equal(await page.getByLabel('Card number').count(), 0);
});

test('a ticket stays in sight while the server is dead, and is there again when it is back', async (t) => {
  const id = Number((await rows.hold(visitor, await rows.show(), ['A1'])).data['booking_id']);
  await rows.pay(visitor, id);
  const page = await openWeb(t, browser, base, { as: visitor, mayComplain: LOST });
  await page.goto(`${web}/ticket/${id}`);
  await ticketCode(page).waitFor();
  await kill();
  await page.getByRole('button', { name: 'PDF' }).click();
  await page.getByText('The PDF could not be made.').waitFor();
  await ticketCode(page).waitFor();
  await page.getByRole('link', { name: 'Wallet' }).click();
  // Going back before the next page is drawn leaves the ticket as it was.
  await page.getByRole('heading', { name: 'Your wallet' }).waitFor();
  await page.goBack();
  await page.getByText('No answer came. Look at your network, then try again.').first().waitFor();
  await start();
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await ticketCode(page).waitFor();
});
