// Needs chromium: what a customer sees and what becomes of the money when something breaks while they buy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
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

/** A customer before the payment of a hold of their own. */
async function beforePaying(t: Parameters<typeof openWeb>[0], seats = ['E5']) {
  const visitor = await signUp(app);
  const showId = await app.show();
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/show/${showId}`);
  await holdSeats(page, seats);
  return { visitor, showId, page, id: Number(/\d+$/.exec(page.url())?.[0]) };
}

const charges = () => app.bank.charges().length;
const attempts = (id: number) => app.count('payment_transaction', `booking_id = ${id}`);
const PAYMENT = '**/app/api/customer/booking/payment';

for (const [card, what, says] of [
  ['4000 0000 0000 0002', 'declined', 'Your bank declined the payment.'],
  [
    '4000 0000 0000 0119',
    'refused by a bank that is down',
    'The bank’s computers do not answer. Nothing was charged.',
  ],
] as const) {
  test(`a card that is ${what} can be changed, and the next one pays`, async (t) => {
    const { page } = await beforePaying(t);
    await fillCard(page, card);
    await pressPay(page);
    await page.getByRole('main').getByText(says).waitFor();
    await fillCard(page);
    await pressPay(page);
    await ticketCode(page).waitFor();
  });
}

test('what is wrong with a card is said at its field, which takes the focus', async (t) => {
  const { page } = await beforePaying(t);
  await pressPay(page);
  await page.getByLabel('Card number').and(page.locator('[aria-invalid=true]:focus')).waitFor();
  await fillCard(page);
  await page.getByLabel('Name on the card').fill('देवी');
  await pressPay(page);
  await page.getByLabel('Name on the card').and(page.locator('[aria-invalid=true]:focus')).waitFor();
  assert.equal(await page.locator('[aria-invalid=true]').count(), 1);
});

test('of an unknown outcome the page says so, offers no form, and shows the ticket once it is known', async (t) => {
  const { page, id } = await beforePaying(t);
  await fillCard(page, '4000 0000 0000 0341');
  await pressPay(page);
  await page.getByRole('heading', { name: 'We do not know yet' }).waitFor();
  await page.getByText(/^Number for questions: [\w-]+$/).waitFor();
  assert.equal(await page.getByLabel('Card number').count(), 0);
  await page.reload();
  await page.getByRole('heading', { name: 'We do not know yet' }).waitFor();
  const [attempt] = await app.rows<{ id: number }>(
    `select id from payment_transaction where booking_id = ${id}`,
  );
  await app.script(`
    update payment_transaction set status = 'Completed', transaction_id = 'T1' where id = ${attempt?.id};
    update booking set status = 'Confirmed' where id = ${id};
    delete from pending_booking_tracker where booking_id = ${id}`);
  await ticketCode(page).waitFor();
});

test('a double click pays once', async (t) => {
  const { page, id } = await beforePaying(t);
  const before = charges();
  await fillCard(page);
  await page.getByRole('button', { name: /^Pay ₹/ }).dblclick();
  await ticketCode(page).waitFor();
  assert.deepEqual([charges() - before, await attempts(id)], [1, 1]);
});

test('a payment whose answer is lost is asked for again under its key, and charged once', async (t) => {
  const { page, id } = await beforePaying(t);
  const before = charges();
  const keys: (string | undefined)[] = [];
  await page.route(PAYMENT, async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 2) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await fillCard(page);
  await pressPay(page);
  await page.getByText('The connection broke. We ask again until an answer comes').waitFor();
  await ticketCode(page).waitFor();
  assert.equal(new Set(keys).size, 1);
  assert.deepEqual([keys.length, charges() - before, await attempts(id)], [3, 1, 1]);
});

test('off line while paying, the page says so, and goes on when the network is back', async (t) => {
  const { page, id } = await beforePaying(t);
  const before = charges();
  await fillCard(page);
  await page.context().setOffline(true);
  await pressPay(page);
  await page.getByText('Your payment goes on when the network is back').waitFor();
  await page.context().setOffline(false);
  await ticketCode(page).waitFor();
  assert.deepEqual([charges() - before, await attempts(id)], [1, 1]);
});

const loginOver = (page: Page) => page.getByRole('dialog', { name: 'Please log in again' });

test('a session that ends in the middle of paying goes on after a new login, with the same card and key', async (t) => {
  const { page, id, visitor } = await beforePaying(t);
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/booking/payment')) keys.push(request.headers()['idempotency-key']);
  });
  await fillCard(page);
  await app.post('/logout', { as: visitor });
  await pressPay(page);
  await loginOver(page).waitFor();
  await loginOver(page).getByLabel('Password').fill(PASSWORD);
  await loginOver(page).getByRole('button', { name: 'Log in' }).click();
  await ticketCode(page).waitFor();
  assert.equal(new Set(keys).size, 1);
  assert.equal(await attempts(id), 1);
});

test('another user who logs in over a payment gets a new page, and nothing of the card', async (t) => {
  const { page, id, visitor } = await beforePaying(t);
  const other = await signUp(app);
  await fillCard(page);
  await app.post('/logout', { as: visitor });
  await pressPay(page);
  await loginOver(page).getByLabel('Username').fill(other.username);
  await loginOver(page).getByLabel('Password').fill(PASSWORD);
  await loginOver(page).getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'What is on' }).waitFor();
  assert.equal(await attempts(id), 0);
  const kept = await page.evaluate('JSON.stringify([sessionStorage, localStorage, history.state])');
  assert.doesNotMatch(String(kept), /4242/);
});

test('a hold that is over before it is paid leads back to the same seats', async (t) => {
  const { page, id, showId, visitor } = await beforePaying(t, ['E5', 'E6']);
  await fillCard(page);
  await app.age(id);
  // What was changed by SQL is seen within two seconds.
  await eventually('the seats are free', async () => {
    const map = await app.get(`/shows/${showId}/seat-map`, { as: visitor });
    return !map.data['seat_map']['E']?.[4]?.['occupied'];
  });
  await pressPay(page);
  await page.getByRole('heading', { name: 'Your time is over' }).waitFor();
  await page.getByRole('link', { name: 'Try the same seats again' }).click();
  await page.getByRole('button', { name: /^E5, .*your choice$/ }).waitFor();
  assert.equal(await page.locator('.basket li').count(), 2);
});

test('a hold that ends while it is being paid sends nobody away', async (t) => {
  const { page, id } = await beforePaying(t);
  await fillCard(page, '4000 0000 0000 3220');
  await pressPay(page);
  await page.getByRole('heading', { name: 'Paying…' }).waitFor();
  // The heading is there before the server has begun.
  await eventually('the charge is under way', async () => (await attempts(id)) === 1);
  await app.age(id);
  await ticketCode(page).waitFor();
});

test('two tabs that pay one hold charge it once, and both end at the ticket', async (t) => {
  const { page, id, visitor } = await beforePaying(t);
  const before = charges();
  const second = await openWeb(t, browser, app.base, { as: visitor });
  await second.goto(page.url());
  for (const tab of [page, second]) await fillCard(tab, '4000 0000 0000 3220');
  await Promise.all([pressPay(page), pressPay(second)]);
  await Promise.all([page, second].map((tab) => ticketCode(tab).waitFor()));
  assert.deepEqual([charges() - before, await attempts(id)], [1, 1]);
});

test('a phone that slept past the end of its hold finds that out as it wakes', async (t) => {
  const visitor = await signUp(app);
  const showId = await app.show();
  const id = Number((await app.hold(visitor, showId, ['A1'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/pay/${id}`);
  await page.getByLabel('Card number').waitFor();
  await app.age(id);
  // The wall clock alone has gone on.
  await page.evaluate('{ const now = Date.now; Date.now = () => now() + 600_000; }');
  await page.getByRole('heading', { name: 'Your time is over' }).waitFor();
});

test('a clock that is an hour off changes nothing', async (t) => {
  const visitor = await signUp(app);
  const showId = await app.show();
  const id = Number((await app.hold(visitor, showId, ['A1'])).data['booking_id']);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.clock.install({ time: new Date(Date.now() + 3_600_000) });
  await page.goto(`${web}/pay/${id}`);
  await page
    .getByRole('timer')
    .getByText(/^(?:4:5\d|5:00)$/)
    .waitFor();
});

test('another customer’s booking, and a number without a booking, lead on and tell nothing', async (t) => {
  const { id } = await beforePaying(t);
  const page = await openWeb(t, browser, app.base, { as: await signUp(app) });
  for (const number of [id, 999_999]) {
    await page.goto(`${web}/pay/${number}`);
    await page.getByRole('heading', { name: 'There is no such hold' }).waitFor();
  }
});

test('a page whose data cannot be had says so with the number for questions, and tries again', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await page.route('**/customer/bookings', (route) =>
    route.fulfill({
      status: 500,
      json: { status: 'ERROR', code: 'INTERNAL_ERROR', message: 'x', request_id: 'r-77' },
    }),
  );
  await page.goto(`${web}/bookings`);
  await page.getByText('Number for questions: r-77').waitFor();
  await page.unroute('**/customer/bookings');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'No bookings yet' }).waitFor();
});
