// Needs chromium: pages that stand open while time goes by, and on devices whose clock is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { fillCard, openBrowser, openWeb, pressPay, signUp, ticketCode, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { dayFrom } from '../support/office.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const [ann, ben] = [await signUp(app), await signUp(app)];
const seat = (page: Page, number: string, state: string) =>
  page.getByRole('button', { name: new RegExp(`^${number}, .*, ${state}$`) });
/** Or some minutes: the server may not know at once what a test writes to its database. */
const aMinuteBrings = (page: Page, what: Locator) =>
  eventually('a minute brings it', async () => {
    const read = page.waitForResponse((response) => response.url().includes('/programme?'));
    await page.clock.fastForward('01:01');
    await read;
    return what.isVisible();
  });
const said = (page: Page) => page.locator('.unseen[role=status]');

for (const [what, path, as, shows] of [
  ['programme', `/?date=${dayFrom(6)}`, undefined, '.times li'],
  ['counter', `/desk/?date=${dayFrom(6)}`, app.admin, '.desk-shows li'],
] as const) {
  test(`the ${what} finds a show that is scheduled while it stands open`, async (t) => {
    const page = await openWeb(t, browser, app.base, { ...(as && { as }) });
    await page.clock.install();
    await page.goto(web + path);
    await page
      .getByText(/^No show/)
      .first()
      .waitFor();
    const id = await app.show({ days: 6, slotId: 2 });
    await aMinuteBrings(page, page.locator(shows));
    await app.script(`delete from show where id = ${id}`);
  });
}

test('seats that were taken while the customer was elsewhere are named, and the others are still chosen', async (t) => {
  const showId = await app.show();
  const page = await openWeb(t, browser, app.base, { as: ann });
  await page.goto(`${web}/show/${showId}`);
  for (const number of ['F1', 'F2', 'F3']) await seat(page, number, 'free').click();
  await page.goto(`${web}/`);
  await app.hold(ben, showId, ['F1']);
  // What one holds oneself is nobody else's.
  await app.hold(ann, showId, ['F3']);
  await page.goto(`${web}/show/${showId}`);
  await page.getByRole('main').getByText('F1 was just taken by somebody else.').waitFor();
  await page.getByRole('alert').getByText('F1 was just taken').waitFor();
  await seat(page, 'F2', 'your choice').waitFor();
  await seat(page, 'F3', 'held by you').waitFor();
});

test('what changes in a hall is not said on the page after it', async (t) => {
  const showId = await app.show();
  const page = await openWeb(t, browser, app.base, { as: ann });
  await page.clock.install();
  await page.goto(`${web}/show/${showId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await app.hold(ben, showId, ['A1']);
  await said(page).getByText('1 seat was taken. 99 are free.').waitFor();
  await app.hold(ben, showId, ['A2']);
  await seat(page, 'A2', 'held, may come back').waitFor();
  await page.getByRole('link', { name: 'Wallet' }).click();
  await page.getByText('Nothing has been added').waitFor();
  await page.clock.runFor(21_000);
  assert.match(await said(page).innerText(), /^1 seat was taken. 99 are free.$/);
});

test('the time for a new password is said as that', async (t) => {
  const page = await openWeb(t, browser, app.base);
  await page.clock.install();
  await page.goto(`${web}/recover`);
  await page.getByLabel('E-mail').fill(ann.email);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Answer to your question').fill('Bluebell');
  await page.getByRole('button', { name: 'Check the answer' }).click();
  await page.getByLabel('New password').waitFor();
  await page.clock.fastForward('03:01');
  await said(page).getByText('You have 2:00 for this.').waitFor();
});

test('a card is judged by the cinema’s day, however wrong the clock of the device is', async (t) => {
  const id = Number((await app.hold(ann, await app.show(), ['A1'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: ann });
  await page.clock.install({ time: new Date('2041-02-03T04:05:06Z') });
  await page.goto(`${web}/pay/${id}`);
  await page.getByLabel('Card number').waitFor();
  await fillCard(page);
  await pressPay(page);
  await ticketCode(page).waitFor();
});

test('a hall says so when its show begins while it stands open', async (t) => {
  const showId = await app.show({ days: 4, slotId: 1 });
  const page = await openWeb(t, browser, app.base, { as: ann });
  await page.clock.install();
  await page.goto(`${web}/show/${showId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.route('**/programme?*', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll('"started":false', '"started":true');
    await route.fulfill({ response, body });
  });
  await aMinuteBrings(page, page.getByText('This show has started.'));
});

test('a show that runs past midnight is among the coming bookings until it ends', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: ann, timezoneId: 'America/Los_Angeles' });
  const slot = { id: 4, name: 'Night', startTime: '22:00:00.000000', endTime: '01:00:00.000000' };
  const movie = { name: 'Late Night', moviePoster: '' };
  const late = { id: 8, date: '2026-04-27T00:00:00Z', slot, movie };
  const next = { ...late, id: 9, date: '2026-04-28T00:00:00Z', startsAt: '2026-04-28T16:30:00Z' };
  const booked = {
    booking_id: 5,
    show_id: 8,
    show_date: '2026-04-27',
    show_time: slot.startTime,
    seat_numbers: ['A1'],
    amount_paid: 200,
    status: 'Confirmed',
  };
  // In Kolkata, whose day has begun already.
  for (const [date, heading] of [
    ['Mon, 27 Apr 2026 19:20:00 GMT', 'Coming'],
    ['Mon, 27 Apr 2026 19:40:00 GMT', 'Past'],
  ] as const) {
    const answer = (data: unknown) => ({ headers: { date }, json: { data } });
    await page.route('**/customer/bookings', (route) => route.fulfill(answer([booked])));
    await page.route('**/app/api/programme', (route) =>
      route.fulfill(answer({ today: '2026-04-28', date: '2026-04-28', shows: [next] })),
    );
    await page.route('**/app/api/show?id=8', (route) => route.fulfill(answer(late)));
    await page.goto(`${web}/bookings`);
    await page.getByRole('region', { name: heading }).getByRole('heading', { name: 'Late Night' }).waitFor();
  }
});
