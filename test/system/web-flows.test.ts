// Needs chromium: a customer's way from sign-up to the ticket, and all other pages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from '../support/app.ts';
import {
  fillCard,
  holdSeats,
  openBrowser,
  openWeb,
  PASSWORD,
  pressPay,
  signUp,
  ticketCode,
  webOf,
} from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const showId = await app.show({ days: 1, slotId: 3, cost: '320.75' });
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

test('somebody signs up without a picture, logs in, and has a ticket of two seats', async (t) => {
  const page = await openWeb(t, browser, app.base);
  await page.goto(`${web}/`);
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Name', { exact: true }).fill('देवी Rao');
  await page.getByLabel('Username').fill('devi');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('E-mail').fill('devi@example.com');
  await page.getByLabel('Phone number').fill('9876543210');
  await page.getByLabel('Security question').selectOption({ index: 1 });
  await page.getByLabel('Answer', { exact: true }).fill('Bluebell');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByText(/^Welcome, /).waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();

  await page.getByRole('link', { name: 'Tomorrow' }).click();
  await page.getByRole('link', { name: /4:30 pm/ }).click();
  await holdSeats(page, ['E5', 'E6']);
  await page.getByText('₹641.50').first().waitFor();
  await fillCard(page);
  await pressPay(page);
  await ticketCode(page).waitFor();
  assert.match(page.url(), /\/app\/ticket\/\d+$/);
  await page.getByText('E5, E6').waitFor();
  assert.equal(await app.count('booking', `show_id = ${showId} and status = 'Confirmed'`), 1);
});

test('a ticket is shown large, saved as PDF, and put into a calendar', async (t) => {
  const visitor = await signUp(app);
  const held = await app.hold(visitor, showId, ['A1']);
  const id = Number(held.data['booking_id']);
  await app.pay(visitor, id);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/ticket/${id}`);
  await page.getByRole('button', { name: 'Show large' }).click();
  await page.getByRole('dialog').getByAltText('QR code for the door').waitFor();
  await page.keyboard.press('Escape');
  const [pdf] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'PDF' }).click(),
  ]);
  assert.equal((await readFile(await pdf.path())).subarray(0, 5).toString(), '%PDF-');
  const [entry] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Add to calendar' }).click(),
  ]);
  const text = await readFile(await entry.path(), 'utf8');
  assert.match(text, new RegExp(`DTSTART:${tomorrow.replaceAll('-', '')}T163000\r\n`));
});

test('a ticket whose show has ended says so, and stands among the past bookings', async (t) => {
  const visitor = await signUp(app);
  const over = await app.show({ days: 3, slotId: 2 });
  const id = Number((await app.hold(visitor, over, ['A1'])).data['booking_id']);
  await app.pay(visitor, id);
  await app.script(`update show set date = date - 4 where id = ${over}`);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/bookings`);
  await page.getByText('Nothing is booked.').waitFor();
  await page.getByRole('region', { name: 'Past' }).getByRole('link', { name: 'Ticket' }).click();
  await page.getByText('This show is over.').waitFor();
});

test('what was paid already leads to its ticket, and what was not to its payment', async (t) => {
  const visitor = await signUp(app);
  const id = Number((await app.hold(visitor, showId, ['A2'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/ticket/${id}`);
  await page.getByRole('link', { name: 'Resume and pay' }).click();
  await page.getByLabel('Card number').waitFor();
  await app.pay(visitor, id);
  await page.goto(`${web}/pay/${id}`);
  await ticketCode(page).waitFor();
});

test('money goes into the wallet; a booking is paid from it, another with it and a card', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/wallet`);
  await page.getByText('Nothing has been added or spent yet.').waitFor();
  await page.getByLabel('Amount in rupees').fill('500.50');
  await fillCard(page);
  await page.getByRole('button', { name: 'Add ₹500.50' }).click();
  await page.getByText('₹500.50 were added.').first().waitFor();
  await page.locator('.balance', { hasText: '₹500.50' }).waitFor();

  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, ['B1']);
  assert.ok(await page.getByRole('radio', { name: /^Wallet/ }).isChecked());
  await pressPay(page);
  await ticketCode(page).waitFor();

  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, ['B2']);
  await page.getByRole('radio', { name: /^Wallet and card/ }).check();
  await page.getByText('₹179.75 from the wallet, ₹141 from the card').waitFor();
  await fillCard(page);
  await pressPay(page);
  await ticketCode(page).waitFor();
  await page.goto(`${web}/wallet`);
  await page.locator('.balance', { hasText: '₹0' }).waitFor();
  assert.equal(await page.locator('.history tbody tr').count(), 4);
});

test('a hold that was left is resumed from the bookings, extended once, and let go', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, ['C1', 'C2']);
  await page.getByRole('link', { name: 'Bookings' }).click();
  assert.equal(await app.count('booking', `show_id = ${showId} and status = 'Pending'`), 1);
  await page.getByRole('link', { name: 'Resume and pay' }).click();
  await page.getByRole('button', { name: 'I need more time' }).click();
  await page
    .getByRole('timer')
    .getByText(/^(?:9:|10:0)/)
    .waitFor();
  assert.equal(await page.getByRole('button', { name: 'I need more time' }).count(), 0);
  await page.getByRole('button', { name: 'Let the seats go' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Let the seats go' }).click();
  await page.getByRole('button', { name: /^C1, .*free$/ }).waitFor();
  assert.equal(await app.count('booking', `show_id = ${showId} and status = 'Pending'`), 0);
});

test('back and forward lead through the purchase, and after it not into the payment again', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/?date=${tomorrow}`);
  await page.getByRole('link', { name: /4:30 pm/ }).click();
  await holdSeats(page, ['D1']);
  await page.goBack();
  await page.getByText('You hold D1 in this show.').waitFor();
  await page.getByRole('button', { name: /^D1, .*held by you$/ }).waitFor();
  await page.goForward();
  await fillCard(page);
  await pressPay(page);
  await ticketCode(page).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: /^D1, .*taken$/ }).waitFor();
});

test('details, picture and password are changed, and a faulty field is marked', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/profile`);
  const details = page.getByRole('region', { name: 'Details' });
  await details.getByLabel('Phone number').fill('12');
  await details.getByLabel('Answer').fill('wrong answer');
  await details.getByRole('button', { name: 'Save' }).click();
  await details.getByText('Phone number must be exactly 10 digits').waitFor();
  await details.getByLabel('Phone number').fill('8123456789');
  await details.getByRole('button', { name: 'Save' }).click();
  await details.getByText('The security answer provided is incorrect').waitFor();
  await details.getByLabel('Answer').fill('Bluebell');
  await details.getByRole('button', { name: 'Save' }).click();
  await details.getByText('Your details were changed.').waitFor();

  await page.getByRole('button', { name: 'Change the picture' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel('Picture')
    .setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no') });
  await dialog.getByText('This file is no picture that we can read.').waitFor();
  const poster = new URL('../../docs/ticket.png', import.meta.url);
  await dialog.getByLabel('Picture').setInputFiles(fileURLToPath(poster));
  await dialog.getByLabel('Answer').fill('Bluebell');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });

  const passwords = page.getByRole('region', { name: 'Change the password' });
  await passwords.getByLabel('Current password').fill(PASSWORD);
  await passwords.getByLabel('New password').fill('Lantern@2027');
  await passwords.getByRole('button').click();
  await passwords.getByText('Your password was changed.').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('link', { name: 'Log in' }).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('skyfox.session')), null);
});

test('best seats are chosen in one press, and the list chooses the same as the map', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/show/${await app.show({ days: 2, slotId: 1 })}`);
  await page.getByLabel('How many').selectOption('3');
  await page.getByLabel('Kind').selectOption('Standard');
  await page.getByRole('button', { name: 'Choose for me' }).click();
  assert.equal(await page.locator('.basket li').count(), 3);
  await page.getByRole('radio', { name: 'List' }).check();
  await page.locator('summary', { hasText: 'Row A' }).click();
  await page.getByRole('checkbox', { name: /^A7/ }).check();
  assert.equal(await page.locator('.basket li').count(), 4);
  await page.getByRole('radio', { name: 'Map' }).check();
  await page.getByRole('button', { name: /^A7, .*your choice$/ }).waitFor();
});

test('the wall shows today’s shows, and counts down as seats are taken', async (t) => {
  const page = await openWeb(t, browser, app.base);
  const visitor = await signUp(app);
  const today = await app.show({ days: 0, slotId: 4 });
  await page.goto(`${web}/wall`);
  const hasStarted = (await app.get('/programme')).data['shows'][0]?.['started'] ?? true;
  if (hasStarted) {
    await page.getByText('No show tonight').waitFor();
    return;
  }
  await page.getByText('100 seats left').waitFor();
  await app.hold(visitor, today, ['J1', 'J2']);
  await eventually('the wall shows 98', () => page.getByText('98 seats left').isVisible());
});
