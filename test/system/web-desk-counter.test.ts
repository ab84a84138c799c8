// Needs chromium: selling at the counter, by keyboard, and against others who want the same seat.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, sendTogether, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { fillSale, openCounter, pressSell, seatOf, showsToSell, soldNotice } from '../support/web-desk.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();

const nextShow = showsToSell(app);

async function counter(t: TestContext, showId: number, as = app.admin): Promise<Page> {
  const page = await openWeb(t, browser, app.base, { as });
  await openCounter(page, app, showId);
  return page;
}

const sold = (showId: number) => app.count('booking', `show_id = ${showId} and status = 'Confirmed'`);

test('with seats chosen five keys sell and print, and a sixth begins the next sale', async (t) => {
  const showId = await nextShow();
  const page = await counter(t, showId);
  await page.evaluate('window.prints = 0; window.print = () => void window.prints++;');
  const keys: string[] = [];
  const press = async (key: string) => {
    keys.push(key);
    await page.keyboard.press(key);
  };
  await page.keyboard.press('F4');
  await page.keyboard.press('2');
  await page.getByRole('button', { name: 'Sell for ₹700' }).waitFor();

  await press('F2');
  await page.keyboard.type('Ravi Kumar');
  await press('Tab');
  await page.keyboard.type('9876543210');
  await press('Tab');
  await page.keyboard.type('1000');
  await page.getByText('Change ₹300').waitFor();
  await press('Enter');
  await page.getByRole('button', { name: 'Print', exact: true }).and(page.locator(':focus')).waitFor();
  await press('Enter');
  await page.getByRole('button', { name: 'Next sale' }).and(page.locator(':focus')).waitFor();
  assert.equal(keys.length, 5);
  assert.equal(await page.evaluate('window.prints'), 1);
  assert.equal(await sold(showId), 1);

  await page.keyboard.press('Enter');
  await page.locator('.hall-grid :focus').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), '');
  await page.keyboard.press('F9');
  const again = page.getByRole('dialog', { name: /^Booking \d+$/ });
  await again.waitFor();
  await page.keyboard.press('Escape');
  await again.waitFor({ state: 'detached' });
  await page.keyboard.press('F8');
  await page.locator('.desk-shows :focus').waitFor();
  await page.keyboard.press('F1');
  await page.getByRole('dialog', { name: 'Keys of the counter' }).waitFor();
});

test('what is missing or faulty is said at its field, and nothing is sold', async (t) => {
  const showId = await nextShow();
  const page = await counter(t, showId);
  await pressSell(page);
  await page.getByText('Choose seats first').waitFor();
  await fillSale(page, ['E5', 'E6'], { cash: '100' });
  await page.getByText('₹300 is missing').waitFor();
  await pressSell(page);
  await page.getByLabel('Cash given').and(page.locator('[aria-invalid=true]:focus')).waitFor();
  await page.getByLabel('Cash given').fill('-500');
  await page.getByText('Write a sum in rupees').waitFor();
  assert.doesNotMatch(await page.locator('.sale').innerText(), /[-−]\s?₹|₹\s?[-−]/);

  // A scanner types a ticket's text and Enter into whatever has the focus.
  for (const label of ['Cash given', 'Telephone number', 'Name']) {
    await page.getByLabel(label).fill('');
    await page.getByLabel(label).focus();
    await page.keyboard.type('SF1.42.dGlja2V0-9_x.k1\n');
    await page.getByLabel(label).and(page.locator('[aria-invalid=true]')).waitFor();
    const good = { 'Cash given': '', 'Telephone number': '9876543210', Name: '' }[label];
    await page.getByLabel(label).fill(good ?? '');
  }
  assert.equal(await sold(showId), 0);
});

test('a seat that is taken between choice and sale is said at once, and the others stay chosen', async (t) => {
  const showId = await nextShow();
  const page = await counter(t, showId);
  await fillSale(page, ['E5', 'E6']);
  await app.hold(await app.customer(), showId, ['E5']);
  await page.getByRole('region', { name: 'Seats' }).getByText('E5 was just taken by somebody else').waitFor();
  await page.getByRole('button', { name: 'Sell for ₹200' }).click();
  await page.getByText('Nothing was sold: E5 just went to somebody else. Sell again for E6, ₹200').waitFor();
  assert.equal(await sold(showId), 0, 'the press may have been for both');
  await pressSell(page);
  await soldNotice(page).waitFor();
  assert.deepEqual(
    await app.rows(`select seat_number from booking_seat_mapping where show_id = ${showId} order by 1`),
    [{ seat_number: 'E5' }, { seat_number: 'E6' }],
  );
});

test('two counters and a customer want one seat: one gets it, and each of the others sees that at once', async (t) => {
  const showId = await nextShow();
  const counters = [await counter(t, showId), await counter(t, showId, app.secondAdmin)];
  const online = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await online.goto(`${webOf(app)}/show/${showId}`);
  await seatOf(online, 'E5').click();
  await online.getByRole('button', { name: 'Continue' }).click();
  for (const [at, page] of counters.entries()) await fillSale(page, ['E5', `F${at + 1}`]);
  await sendTogether([...counters, online]);

  await Promise.all([
    ...counters.map((page) => page.getByRole('button', { name: /^Sell for / }).click({ noWaitAfter: true })),
    online.getByRole('button', { name: 'Hold these seats' }).click({ noWaitAfter: true }),
  ]);
  const outcomes = await Promise.all([
    ...counters.map(async (page, at) => {
      const gone = page.getByText(/^Nothing was sold/);
      await soldNotice(page).or(gone).first().waitFor();
      if (await soldNotice(page).isVisible()) return 'won';
      await seatOf(page, 'E5').and(page.locator('[aria-disabled=true]')).waitFor();
      assert.match((await seatOf(page, `F${at + 1}`).getAttribute('aria-label')) ?? '', /your choice$/);
      return 'lost';
    }),
    (async () => {
      const gone = online.getByText(/just taken/).first();
      await online
        .getByRole('button', { name: /^Pay ₹/ })
        .or(gone)
        .first()
        .waitFor();
      return (await online.getByRole('button', { name: /^Pay ₹/ }).isVisible()) ? 'won' : 'lost';
    })(),
  ]);
  assert.deepEqual(outcomes.toSorted(), ['lost', 'lost', 'won'], outcomes.join());
  assert.equal(await app.count('booking_seat_mapping', `show_id = ${showId} and seat_number = 'E5'`), 1);
});

test('a clock that is an hour off changes nothing', async (t) => {
  const showId = await nextShow();
  for (const [off, seat] of [
    [-3_600_000, 'A1'],
    [3_600_000, 'A2'],
  ] as const) {
    const page = await openWeb(t, browser, app.base, { as: app.admin });
    await page.clock.install({ time: Date.now() + off });
    await openCounter(page, app, showId);
    await fillSale(page, [seat]);
    await pressSell(page);
    await soldNotice(page).waitFor();
  }
});

test('staff are led from the counter to the bookings, and a show that has begun is not sold', async (t) => {
  const staff = await openWeb(t, browser, app.base, { as: app.staff });
  await staff.goto(`${webOf(app)}/desk/`);
  await staff.getByRole('heading', { name: 'Find a booking' }).waitFor();

  const showId = await nextShow();
  const page = await counter(t, showId);
  await fillSale(page, ['E5']);
  await app.script(`update show set date = date - 40 where id = ${showId}`);
  await pressSell(page);
  await page.getByText('Nothing was sold: the show has started.').waitFor();
  assert.equal(await sold(showId), 0);
});
