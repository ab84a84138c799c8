// Needs chromium, poppler-utils and zbar-tools: bookings are found, exported and printed, and a printed code is a good ticket.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { deskOf, fillSale, openCounter, pressSell, showsToSell, soldNotice } from '../support/web-desk.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const nextShow = showsToSell(app);
const run = promisify(execFile);
// In points of a 72nd of an inch.
const MM = 72 / 25.4;

const printButton = (page: Page) => page.getByRole('button', { name: 'Print', exact: true });
const rowOf = (page: Page, id: number) =>
  page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: `Booking ${id}`, exact: true }) });

async function sellTo(name: string, phone: string, { showId, seats }: { showId: number; seats: string[] }) {
  const sold = await app.post('/admin/create-customer-booking', {
    as: app.admin,
    body: { show_id: showId, customer_name: name, phone_number: phone, seat_numbers: seats },
  });
  assert.equal(sold.status, 201, sold.text);
  return Number(sold.data['booking_id']);
}

/** The page as it is on paper: the sheets' size in millimetres, their words, and what the code says. */
async function onPaper(t: TestContext, page: Page) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-print-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pdf = join(folder, 'printed.pdf');
  await page.pdf({ path: pdf, preferCSSPageSize: true });
  const { stdout: facts } = await run('pdfinfo', [pdf]);
  const { stdout: words } = await run('pdftotext', [pdf, '-']);
  await run('pdftoppm', ['-r', '200', '-png', '-singlefile', pdf, join(folder, 'page')]);
  const { stdout: code } = await run('zbarimg', ['-q', '--nodbus', '--raw', join(folder, 'page.png')]);
  const [, width, height] = /Page size: +([\d.]+) x ([\d.]+)/.exec(facts) ?? [];
  return {
    sheets: Number(/Pages: +(\d+)/.exec(facts)?.[1]),
    size: [width, height].map((points) => Math.round(Number(points) / MM)),
    words: words.replaceAll(/\s+/g, ' ').trim(),
    code: code.trimEnd(),
  };
}

test('a sale is printed on a page or on a roll of 80 mm, with a code that the door takes', async (t) => {
  const showId = await nextShow();
  const page = await openWeb(t, browser, app.base, { as: app.admin, colorScheme: 'dark' });
  await openCounter(page, app, showId);
  await fillSale(page, ['E5', 'E6']);
  await pressSell(page);
  await printButton(page).waitFor();
  const id = Number(/\d+/.exec((await soldNotice(page).innerText()) ?? '')?.[0]);

  const onPage = await onPaper(t, page);
  assert.deepEqual([onPage.sheets, onPage.size], [1, [210, 297]]);
  await page.getByRole('radio', { name: 'Roll (80 mm)' }).check();
  const onRoll = await onPaper(t, page);
  assert.deepEqual([onRoll.sheets, onRoll.size], [1, [80, 200]]);
  for (const { words } of [onPage, onRoll]) {
    assert.match(words, /The Shawshank Redemption .*E5, E6 .*Booking \d+ Ravi Kumar Paid ₹400 by cash$/);
    assert.doesNotMatch(words, /98765|Counter|Log out/, 'the ticket alone, without the telephone number');
  }
  assert.equal(onRoll.code, onPage.code);
  await page.keyboard.press('F9');
  const again = page.getByRole('dialog', { name: `Booking ${id}` });
  await again.getByRole('button', { name: 'Print', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await again.waitFor({ state: 'detached' });
  assert.deepEqual(await onPaper(t, page), onRoll, 'the sale’s own ticket is still there to print');
  const [start] = await app.rows<{ at: string }>(`select to_char(now(), 'HH24:MI:SS') as at`);
  await app.script(`update show set date = current_date where id = ${showId};
    update slot set start_time = '${start?.at ?? ''}'::time + interval '5 minutes',
      end_time = '${start?.at ?? ''}'::time + interval '2 hours' where id = 1`);
  const entered = await app.post('/check-in/booking', { as: app.staff, body: { ticket: onRoll.code } });
  assert.deepEqual(entered.data['checked_in'], [id]);
});

test('the longest of movies and of seats still fits on a page and on a roll', async (t) => {
  const showId = await nextShow();
  const seats = Array.from({ length: 10 }, (_, at) => `J${at + 1}`);
  const id = await sellTo('Lakshmi Narayanan Subramaniam Venkateswaran', '9876500001', { showId, seats });
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.route('**/show?id=*', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { data: { movie: { name: string } } };
    body.data.movie.name = 'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb';
    await route.fulfill({ json: body });
  });
  await page.goto(`${deskOf(app)}/bookings`);
  await rowOf(page, id).getByRole('button', { name: 'Ticket' }).click();
  await printButton(page).waitFor();
  for (const paper of ['Page', 'Roll']) {
    await page.getByRole('radio', { name: paper }).check();
    const { sheets, words } = await onPaper(t, page);
    assert.equal(sheets, 1, paper);
    assert.match(words, /J10/);
  }
});

test('a booking is found by its number, its name or its telephone number, a page at a time, and printed again', async (t) => {
  const showId = await nextShow();
  const ids = [];
  for (const at of [1, 2, 3]) {
    ids.push(await sellTo(`Meera Iyer`, `988800000${at}`, { showId, seats: [`A${at}`] }));
  }
  const other = await nextShow();
  for (let at = 0; at < 21; at++) {
    const seats = [`${'CDE'[Math.floor(at / 10)]}${1 + (at % 10)}`];
    await sellTo('Arjun Nair', '9777700000', { showId: other, seats });
  }
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.goto(`${deskOf(app)}/bookings`);
  const rows = page.locator('.found > li');
  const search = async (query: string, count: number) => {
    await page.getByLabel('Booking number, name').fill(query);
    await page.keyboard.press('Enter');
    await eventually(`${count} rows for ${query}`, async () => (await rows.count()) === count);
  };
  await search('meera', 3);
  await search('9888000002', 1);
  await rowOf(page, ids[1] ?? 0).waitFor();
  await search(String(ids[2]), 1);
  await search('nobody at all', 0);
  await page.getByText('No booking was found.').waitFor();
  await search('Arjun', 20);
  await page.getByRole('button', { name: 'Show more' }).click();
  await rows.nth(20).waitFor();
  assert.doesNotMatch(page.url(), /Arjun|9888/, 'no names in addresses');

  await search('9888000002', 1);
  await page.evaluate('window.prints = 0; window.print = () => void window.prints++;');
  await page.getByRole('button', { name: 'Ticket' }).click();
  await printButton(page).click();
  await eventually('it is printed', async () => (await page.evaluate('window.prints')) === 1);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'PDF' }).click();
  assert.equal((await saved).suggestedFilename(), `skyfox-ticket-${ids[1]}.pdf`);
});

test('a hold has no ticket to print, and a search that fails says so and tries again', async (t) => {
  const showId = await nextShow();
  const held = Number((await app.hold(await app.customer(), showId, ['B1'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.route('**/admin/bookings*', (route) => route.abort(), { times: 1 });
  await page.goto(`${deskOf(app)}/bookings`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await rowOf(page, held).getByText('Held, not paid').waitFor();
  assert.equal(await rowOf(page, held).getByRole('button').count(), 0);
});

test('staff export paid bookings of a month for Excel', async (t) => {
  await sellTo('Meera Iyer', '0987654321', { showId: await nextShow(), seats: ['A1'] });
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.goto(`${deskOf(app)}/bookings`);
  await page.getByLabel('Year').fill('20x6');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  await page.getByText('Write a year').waitFor();
  await page.getByLabel('Year').fill(String(new Date().getUTCFullYear()));
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const file = await saved;
  assert.equal(file.suggestedFilename(), `bookings_${new Date().getUTCFullYear()}.csv`);
  const text = await readFile(await file.path(), 'utf8');
  assert.ok(text.startsWith('\uFEFF') && text.includes('"=""0987654321"""'), text.slice(0, 300));
});
