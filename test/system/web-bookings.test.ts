// Needs chromium: the list of bookings, and what it says where something cannot be read or is not known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { fillCard, openBrowser, openWeb, pressPay, signUp, ticketCode, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const refusal = (status: number, headers = {}) => ({
  status,
  headers,
  json: { status: 'ERROR', code: 'X', message: 'x', request_id: 'r-1' },
});
const UNKNOWN_CARD = '4000 0000 0000 0341';

test('a list of many bookings asks for one thing at a time, and for each show once', async (t) => {
  const visitor = await signUp(app);
  const shows = [await app.show({ days: 1 }), await app.show({ days: 2 }), await app.show({ days: 3 })];
  for (const [at, show] of shows.entries()) {
    for (const row of 'ABCDE') {
      const id = Number((await app.hold(visitor, show, [`${row}${at + 1}`])).data['booking_id']);
      if (row !== 'A') await app.pay(visitor, id);
    }
  }
  const page = await openWeb(t, browser, app.base, { as: visitor });
  const [running, asked] = [new Set<string>(), [] as string[]];
  let most = 0;
  await page.route(/\/app\/api\/(?:show\?|customer\/booking\/)/, async (route) => {
    const url = route.request().url();
    asked.push(url);
    running.add(url);
    most = Math.max(most, running.size);
    await route.continue();
  });
  page.on('requestfinished', (request) => running.delete(request.url()));
  await page.goto(`${web}/bookings`);
  await page.getByRole('link', { name: 'Resume and pay' }).nth(2).waitFor();
  assert.equal(asked.length, 6, 'three holds and three shows');
  assert.ok(most <= 2, `${most} at once`);
});

test('a hold whose state cannot be read keeps its way to the payment, and a busy server is asked again', async (t) => {
  const visitor = await signUp(app);
  await app.hold(visitor, await app.show({ days: 4 }), ['A1']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.route('**/customer/booking/*', (route) => route.fulfill(refusal(500)));
  await page.goto(`${web}/bookings`);
  await page.getByText('Held, not paid').waitFor();
  await page.getByRole('link', { name: 'Resume and pay' }).waitFor();
  await page.unroute('**/customer/booking/*');
  let refused = 0;
  await page.route('**/customer/booking/*', (route) =>
    refused++ < 2 ? route.fulfill(refusal(429, { 'retry-after': '1' })) : route.continue(),
  );
  await page.reload();
  await page.getByText(/^\d:\d\d left$/).waitFor();
});

test('after its hold has ended, a payment that nobody knows of is still shown, until it is resolved', async (t) => {
  const visitor = await signUp(app);
  const id = Number((await app.hold(visitor, await app.show({ days: 5 }), ['A1'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/pay/${id}`);
  await fillCard(page, UNKNOWN_CARD);
  await pressPay(page);
  await page.getByRole('heading', { name: 'We do not know yet' }).waitFor();
  await app.age(id);
  await page.getByText('Your hold is over, so others may take the seats.').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'We do not know yet' }).waitFor();
  await page.getByText(`Booking ${id}`).waitFor();
  await page.getByRole('link', { name: 'Your bookings' }).click();
  await page.getByText('Payment not clear yet').waitFor();
  await page.getByRole('link', { name: 'Show how it stands' }).click();
  await page.getByRole('heading', { name: 'We do not know yet' }).waitFor();
  await app.script(`update payment_transaction
    set status = 'Refunded', resolution = 'refunded' where original_booking_id = ${id}`);
  await page.goto(`${web}/bookings`);
  await page.getByRole('heading', { name: 'No bookings yet' }).waitFor();
});

test('two tabs that pay one hold with an unknown outcome both say so, and charge once', async (t) => {
  const visitor = await signUp(app);
  const id = Number((await app.hold(visitor, await app.show({ days: 6 }), ['A1'])).data['booking_id']);
  const before = app.bank.charges().length;
  const tabs = [];
  for (let count = 0; count < 2; count++) {
    const tab = await openWeb(t, browser, app.base, { as: visitor });
    await tab.goto(`${web}/pay/${id}`);
    await fillCard(tab, UNKNOWN_CARD);
    tabs.push(tab);
  }
  await Promise.all(tabs.map(pressPay));
  for (const tab of tabs) {
    await tab.getByRole('heading', { name: 'We do not know yet' }).waitFor();
    assert.equal(await tab.getByLabel('Card number').count(), 0);
  }
  assert.equal(app.bank.charges().length - before, 1);
  await app.script(`
    update payment_transaction set status = 'Completed', transaction_id = 'T-two' where booking_id = ${id};
    update booking set status = 'Confirmed' where id = ${id};
    delete from pending_booking_tracker where booking_id = ${id}`);
  await Promise.all(tabs.map((tab) => ticketCode(tab).waitFor()));
});
