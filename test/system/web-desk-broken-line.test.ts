// Needs chromium: selling at the counter, over a line that breaks, and over a session that ends.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import {
  fillSale,
  logInAt,
  openCounter,
  pressSell,
  seatOf,
  showsToSell,
  soldNotice,
} from '../support/web-desk.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();

const nextShow = showsToSell(app);

async function counter(t: TestContext, showId: number): Promise<Page> {
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  await openCounter(page, app, showId);
  return page;
}

const sold = (showId: number) => app.count('booking', `show_id = ${showId} and status = 'Confirmed'`);

const SALE = '**/create-customer-booking';

test('a sale whose answer is lost is shown as not known, asked for again under its key, and made once', async (t) => {
  const showId = await nextShow();
  const page = await counter(t, showId);
  const keys: (string | undefined)[] = [];
  let isCut = true;
  await page.route(SALE, async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (!isCut) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await fillSale(page, ['E5', 'E6'], { cash: '500' });
  await pressSell(page);
  await page.getByRole('heading', { name: 'We do not know yet whether this is sold' }).waitFor();
  assert.equal(await page.getByText('E5 was just taken').count(), 0, 'what we sold ourselves is not lost');
  await page.getByLabel('Name').press('Enter');
  isCut = false;
  await soldNotice(page).waitFor();
  await page.getByText('Change ₹100').waitFor();
  assert.equal(await sold(showId), 1);
  assert.ok(keys.length > 1 && new Set(keys).size === 1, keys.join());
});

test('off line while selling: nothing is known until the network is back, also after a reload', async (t) => {
  const showId = await nextShow();
  const page = await counter(t, showId);
  page.on('dialog', (dialog) => void dialog.accept());
  await fillSale(page, ['E5']);
  let isCut = true;
  await page.route(SALE, async (route) => {
    if (!isCut) return route.continue();
    await route.fetch();
    return route.abort('internetdisconnected');
  });
  await pressSell(page);
  const unknown = page.getByRole('heading', { name: 'We do not know yet whether this is sold' });
  await unknown.waitFor();
  await page.reload();
  await unknown.waitFor();
  await page.locator('.seat').first().waitFor();
  assert.equal(await page.getByText('E5 was just taken').count(), 0, 'what we sold ourselves is not lost');
  isCut = false;
  await soldNotice(page).waitFor();
  assert.equal(await sold(showId), 1);
  assert.equal(await page.evaluate(`sessionStorage['skyfox.desk.sale']`), undefined);
});

test('another admin who logs in over a sale sees whether it was made, and goes on with what was chosen', async (t) => {
  const showId = await nextShow();
  const page = await counter(t, showId);
  const unauthorised = {
    status: 401,
    json: { status: 'ERROR', code: 'INVALID_TOKEN', message: 'Unauthorized', request_id: 'r-1' },
  };
  let tries = 0;
  await page.route(SALE, async (route) => {
    tries++;
    if (tries > 2) return route.continue();
    if (tries === 2) return route.fulfill(unauthorised);
    await route.fetch();
    return route.abort('connectionreset');
  });
  await fillSale(page, ['E5']);
  await pressSell(page);
  await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
  await logInAt(page, 'seed-user-2');
  await soldNotice(page).waitFor();
  assert.equal(tries, 2, 'the new user does not send the sale of the other');
  assert.equal(await sold(showId), 1);

  await page.getByRole('button', { name: 'Next sale' }).click();
  await page.unroute(SALE);
  await page.route(SALE, (route) => route.fulfill(unauthorised), { times: 1 });
  await fillSale(page, ['F5']);
  await pressSell(page);
  await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
  await logInAt(page, 'seed-user-1');
  await page.getByText('The last sale was not made').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Ravi Kumar');
  await pressSell(page);
  await soldNotice(page).waitFor();
  assert.equal(await sold(showId), 2);
});

test('what was being sold waits for the login after an idle time, also of another admin', async (t) => {
  const showId = await nextShow();
  const page = await openWeb(t, browser, app.base);
  await page.clock.install();
  await page.goto(`${webOf(app)}/desk/`);
  await logInAt(page, 'seed-user-2');
  await page.getByRole('heading', { name: 'Counter', level: 1 }).waitFor();
  await openCounter(page, app, showId);
  await fillSale(page, ['E5', 'E6'], { cash: '500' });
  await page.clock.fastForward('30:01');
  await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
  await app.hold(await app.customer(), showId, ['E6']);
  await logInAt(page, 'seed-user-1');
  await page.getByRole('region', { name: 'Seats' }).getByText('E6 was just taken by somebody else').waitFor();
  assert.equal(await page.getByLabel('Telephone number').inputValue(), '98765 43210');
  await page.getByText('Change ₹300').waitFor();
  await page.getByRole('button', { name: 'Sell for ₹200' }).click();
  await page.getByText('Sell again for E5, ₹200').waitFor();
  await pressSell(page);
  await soldNotice(page).waitFor();
});

test('a sale that waits for its next try while another admin logs in is not sent by that admin', async (t) => {
  const showId = await nextShow();
  const page = await openWeb(t, browser, app.base);
  await page.clock.install();
  await page.goto(`${webOf(app)}/desk/`);
  await logInAt(page, 'seed-user-1');
  await page.getByRole('heading', { name: 'Counter', level: 1 }).waitFor();
  await openCounter(page, app, showId);
  let tries = 0;
  await page.route(SALE, (route) => {
    tries++;
    return route.fulfill({
      status: 503,
      headers: { 'retry-after': '3600' },
      json: { status: 'ERROR', code: 'SERVICE_UNAVAILABLE', message: 'x', request_id: 'r-1' },
    });
  });
  await fillSale(page, ['E5']);
  await pressSell(page);
  await page.getByText('The computers are busy').waitFor();
  await page.clock.fastForward('30:01');
  await logInAt(page, 'seed-user-2');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  for (const _ of [1, 2, 3]) {
    await page.clock.fastForward('20:00');
    await page.keyboard.press('Shift');
  }
  await page.getByText('The last sale was not made').waitFor();
  assert.equal(tries, 1);
});

test('a sale keeps its hall while the show begins; then the next hall comes, and that it is another is said', async (t) => {
  const shows = [await app.show({ days: 6, slotId: 1 }), await app.show({ days: 6, slotId: 2 })];
  const [day] = await app.rows<{ date: string }>(`select date::text from show where id = ${shows[0]}`);
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  let begun = 0;
  let [readings, isCut] = [0, true];
  await page.route('**/programme?*', async (route) => {
    const response = await route.fetch();
    const { data, ...rest } = (await response.json()) as { data: { shows: { started: boolean }[] } };
    for (const show of data.shows.slice(0, begun)) show.started = true;
    await route.fulfill({ response, json: { ...rest, data } });
    readings++;
  });
  await page.route(SALE, (route) => (isCut ? route.abort('connectionreset') : route.continue()));
  const readAgain = async (shows: number) => {
    begun = shows;
    const before = readings;
    // As when somebody looks at the page again.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await eventually('the programme is read again', () => readings > before);
  };
  const hall = page.locator('.counter-show');
  const gone = page.getByText('The show that you had chosen cannot be sold any more');

  await page.goto(`${webOf(app)}/desk/?date=${day?.date ?? ''}`);
  await seatOf(page, 'E5').waitFor();
  const first = await hall.innerText();
  await fillSale(page, ['E5']);
  await pressSell(page);
  const unknown = page.getByRole('heading', { name: 'We do not know yet whether this is sold' });
  await unknown.waitFor();
  await readAgain(2);
  assert.equal(await hall.innerText(), first);
  await unknown.waitFor();
  await page.reload();
  await page.getByText('No show can be sold on this day').waitFor();
  await unknown.waitFor();
  isCut = false;
  await soldNotice(page).waitFor();
  assert.equal(await sold(shows[0] ?? 0), 1);

  await readAgain(0);
  await seatOf(page, 'F5').waitFor();
  await soldNotice(page).waitFor();
  await page.getByRole('button', { name: 'Next sale' }).click();
  await seatOf(page, 'F5').click();
  assert.equal(await gone.count(), 0);
  await readAgain(1);
  await gone.waitFor();
  assert.notEqual(await hall.innerText(), first);
});
