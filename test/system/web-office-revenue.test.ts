// Needs chromium: the revenue page beside what the database sold and what the export adds up to.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { Decimal } from 'decimal.js';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { dayFrom, dayOfWeek, sellOn, showOn } from '../support/office.ts';
import { failWith } from '../support/web-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const revenue = `${webOf(app)}/desk/revenue`;
// Last week and the week before it, both over.
const [monday, sunday] = [dayOfWeek(0, -1), dayOfWeek(6, -1)];
const before = dayOfWeek(0, -2);

// 12 Angry Men is of the genres Crime and Drama, Parasite of Drama and Thriller, Spirited Away of neither.
const crime = await showOn(app, monday, { slotId: 1, movieId: 'tt0050083' });
const drama = await showOn(app, sunday, { slotId: 3, movieId: 'tt6751668' });
const fantasy = await showOn(app, sunday, { slotId: 4, movieId: 'tt0245429' });
await sellOn(app, crime, [
  { date: monday, amount: '1234.10', seats: 6 },
  { date: monday, amount: '0.20', seats: 1 },
  { date: before, amount: '1000.00', seats: 4 },
]);
await sellOn(app, drama, [
  { date: sunday, amount: '99999.95', seats: 10 },
  { date: dayOfWeek(3, -1), amount: '350.05', seats: 2 },
  { date: dayOfWeek(6, -2), amount: '500.00', seats: 2 },
]);
await sellOn(app, fantasy, [{ date: sunday, amount: '777.77', seats: 3 }]);
const asha = await app.customer();
await app.hold(asha, await showOn(app, dayFrom(1), { slotId: 2, movieId: 'tt6751668' }), ['A1', 'A2']);

async function open(t: TestContext, query: string): Promise<Page> {
  const page = await openWeb(t, browser, app.base, { as: app.admin, acceptDownloads: true });
  await page.goto(`${revenue}?${query}`);
  return page;
}

const total = (page: Page) => page.locator('.main-total dd').first();
const rupees = (shown: string) => Number(shown.replaceAll(/[₹,]/g, ''));
const rows = async (page: Page, table: string) =>
  (await page.getByRole('region', { name: table }).locator('tbody tr').allInnerTexts()).map((row) =>
    // A time has spaces that do not break.
    row.split(/\t/).map((cell) => cell.replaceAll(/\s/g, ' ')),
  );

/** What the exported file adds up to. */
async function exported(page: Page): Promise<{ sum: number; bookings: number; name: string }> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save for Excel' }).click();
  const file = await coming;
  const text = await readFile(await file.path(), 'utf8');
  assert.ok(text.startsWith('\uFEFF'), 'marked for Excel');
  const [heading = '', ...lines] = text.trim().split('\n');
  const column = heading.split(',').indexOf('Amount Paid');
  const amounts = lines.map((line) => line.split(',')[column] ?? 'none');
  return {
    sum: Decimal.sum(0, ...amounts).toNumber(),
    bookings: amounts.length,
    name: file.suggestedFilename(),
  };
}

for (const [query, amount, bookings] of [
  [`date=${monday}`, 102_362.07, 5],
  [`date=${monday}&movie=tt0050083`, 1_234.3, 2],
  [`date=${monday}&slot=3`, 100_350, 2],
  [`date=${monday}&genre=Drama`, 101_584.3, 4],
  [`date=${monday}&genre=Drama&slot=1`, 1_234.3, 2],
  [`period=day&date=${sunday}`, 100_777.72, 2],
  [`period=day&date=${sunday}&genre=Drama`, 99_999.95, 1],
  [`date=${before}`, 1_500, 2],
] as const) {
  test(`revenue on screen is what was sold, and what the export adds up to: ${query}`, async (t) => {
    const page = await open(t, query);
    await total(page).waitFor();
    const file = await exported(page);
    assert.deepEqual(
      [rupees(await total(page).innerText()), file.sum, file.bookings],
      [amount, amount, bookings],
    );
    const shown = await page.locator('.totals dd').allInnerTexts();
    assert.ok(shown.includes(String(bookings)), shown.join(' '));
  });
}

test('the revenue of a month is what its days and the export add up to', async (t) => {
  const page = await open(t, `period=month&date=${sunday}`);
  await total(page).waitFor();
  const days = (await rows(page, 'Revenue by day')).map(([, revenue = '']) =>
    revenue === '–' ? 0 : rupees(revenue),
  );
  const shown = rupees(await total(page).innerText());
  assert.equal(Decimal.sum(0, ...days).toNumber(), shown);
  assert.equal((await exported(page)).sum, shown);
});

test('a week is compared with the week before, in words, bars and a table', async (t) => {
  const page = await open(t, `date=${monday}&movie=tt0050083`);
  await page.getByText('▲ 23 % more:').waitFor();
  await page.getByText('₹1,000 in the week before').waitFor();
  const [first, second] = await rows(page, 'Revenue by day');
  assert.deepEqual(first?.slice(1), ['₹1,234.30', '₹1,000', '+23 %', '2', '7']);
  assert.deepEqual(second?.slice(1), ['₹0', '₹0', '–', '0', '0']);
  const bars = page.getByRole('img', { name: 'Revenue by day' });
  const heights = async (kind: string) =>
    Promise.all(
      (await bars.locator(`rect.${kind}`).all()).map(async (bar) => Number(await bar.getAttribute('height'))),
    );
  const [now = 0, ...rest] = await heights('now');
  const [earlier = 0] = await heights('before');
  assert.ok(Math.abs(now / earlier - 1.2343) < 0.001, 'a bar is as high as its share');
  assert.deepEqual(rest, [0, 0, 0, 0, 0, 0]);
});

test('a week that is not over is compared with the same days of the week before', async (t) => {
  const page = await open(t, '');
  await page.getByRole('heading', { name: 'Nothing sold' }).waitFor();
  const show = await showOn(app, dayFrom(0), { slotId: 4 });
  await sellOn(app, show, [{ date: dayFrom(0), amount: '300.00', seats: 1 }]);
  t.after(() =>
    app.script(`delete from booking where show_id = ${show}; delete from show where id = ${show}`),
  );
  await page.reload();
  await total(page).waitFor();
  // Of the week before, only the days up to today's count.
  const today = (new Date().getUTCDay() + 6) % 7;
  const [{ sum } = { sum: '' }] = await app.rows<{ sum: string }>(
    `select coalesce(sum(amount_paid), 0)::text as sum from booking
     where status = 'Confirmed' and booking_time >= '${monday}' and booking_time < '${dayOfWeek(today + 1, -1)}'`,
  );
  const hint = await page.locator('.main-total .hint').innerText();
  assert.equal(rupees(/₹[\d,.]+/.exec(hint)?.[0] ?? '0'), Number(sum), hint);
  assert.match(hint, today === 6 ? /the week before/ : /the same days of the week before/);
});

test('filters are chosen by their fields, kept in the address, and gone back from', async (t) => {
  const page = await open(t, `date=${monday}`);
  await total(page).waitFor();
  await page.getByLabel('Genre').selectOption('Drama');
  await page.getByText('₹1,01,584.30').first().waitFor();
  await page.getByLabel('Slot').selectOption('Evening');
  await page.getByText('₹1,00,350').first().waitFor();
  await page.getByLabel('Movie').selectOption('12 Angry Men');
  await page.getByRole('heading', { name: 'Nothing sold' }).waitFor();
  assert.match(page.url(), /period=week&date=[-\d]+&movie=tt0050083&slot=3&genre=Drama$/);
  assert.equal(await page.getByRole('button', { name: 'Save for Excel' }).count(), 0);
  await page.goBack();
  await page.getByText('₹1,00,350').first().waitFor();
  await page.getByRole('link', { name: 'Day', exact: true }).click();
  await page.getByRole('link', { name: 'Next day' }).click();
  await page.waitForURL(`**date=${dayOfWeek(1, -1)}**`);
  await page.getByRole('heading', { name: 'Nothing sold' }).waitFor();
  await page.getByLabel('Date').fill(sunday);
  await page.getByText('₹99,999.95').first().waitFor();
});

test('occupancy is shown for each show of a day and for each day of a week, sold apart from held', async (t) => {
  const page = await open(t, `date=${monday}`);
  await page.getByRole('region', { name: 'Occupancy by day' }).waitFor();
  assert.deepEqual(
    (await rows(page, 'Occupancy by day')).map((row) => row.slice(1).map((cell) => cell.trim())),
    [
      ['11 %', '11 of 100', '0'],
      ['9 %', '17 of 200', '0'],
    ],
  );
  await page.getByRole('region', { name: 'Occupancy by day' }).getByRole('link').last().click();
  await page.getByText('4:30 pm Parasite').waitFor();
  assert.deepEqual(
    (await rows(page, 'Occupancy by show')).map((row) => row.map((cell) => cell.trim())),
    [
      ['4:30 pm Parasite', '14 %', '14 of 100', '0'],
      ['8:30 pm Spirited Away', '3 %', '3 of 100', '0'],
    ],
  );
  await page.getByLabel('Genre').selectOption('Thriller');
  await page.getByText('8:30 pm Spirited Away').waitFor({ state: 'detached' });

  await page.goto(`${revenue}?period=day&date=${dayFrom(1)}`);
  await page.getByText('12:30 pm Parasite').waitFor();
  const [held] = await rows(page, 'Occupancy by show');
  assert.deepEqual(
    held?.slice(2).map((cell) => cell.trim()),
    ['0 of 100', '2'],
  );
});

test('nothing sold, a failure with its number, and a network that is gone are each said, and tried again', async (t) => {
  const page = await open(t, 'date=2001-05-05');
  await page.getByRole('heading', { name: 'Nothing sold' }).waitFor();
  await page.getByText('No show runs in this period.').waitFor();

  await page.route('**/app/api/revenue*', (route) => route.fulfill(failWith(500)), { times: 1 });
  await page.goto(`${revenue}?date=${monday}`);
  await page.getByText('Number for questions: r-1').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await total(page).waitFor();

  await page.context().setOffline(true);
  await page.getByText('You are off line.').waitFor();
  await page.getByRole('button', { name: 'Save for Excel' }).click();
  await page.getByText('No answer came.').waitFor();
  await page.getByRole('link', { name: 'Week before' }).click();
  await page.getByRole('button', { name: 'Try again' }).nth(1).waitFor();
  await page.context().setOffline(false);
  await page.getByText('₹1,500').first().waitFor();
});

test('without the movie service the page says so, and everything but its filters works', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  await page.route('**/app/api/show/movies', (route) => route.fulfill(failWith(503)));
  await page.goto(`${revenue}?date=${monday}`);
  await page.getByText('The list of movies cannot be had now').waitFor();
  await page.getByText('₹1,02,362.07').first().waitFor();
});

test('the filters and the export are reached and used by keyboard alone', async (t) => {
  const page = await open(t, `date=${monday}`);
  await total(page).waitFor();
  await page.getByLabel('Slot').focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('₹1,234.30').first().waitFor();
  assert.equal(
    await page.evaluate('document.activeElement.tagName'),
    'SELECT',
    'the focus stays where it is',
  );
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === 'Save for Excel') break;
  }
  const coming = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  assert.equal((await coming).suggestedFilename(), `bookings_${monday}_${sunday}.csv`);
});
