// Needs chromium: the programme desk, where admins schedule shows.
import assert from 'node:assert/strict';
import { beforeEach, test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { dayOfWeek, showOn } from '../support/office.ts';
import {
  button,
  dialog,
  fillShow,
  free,
  listShows,
  longName,
  MOVIES,
  openWeek,
} from '../support/programme-desk.ts';
import { failWith } from '../support/web-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const desk = `${webOf(app)}/desk/programme`;
// Next week, none of which is past.
const [monday, tuesday, wednesday] = [dayOfWeek(0, 1), dayOfWeek(1, 1), dayOfWeek(2, 1)];

beforeEach(() => app.script('delete from show'));

async function openDesk(t: TestContext, week = monday): Promise<Page> {
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  await openWeek(page, desk, week);
  return page;
}

test('an admin schedules a show with its poster and price, and the focus goes to it', async (t) => {
  const page = await openDesk(t);
  await page.getByRole('heading', { name: 'Nothing is scheduled in this week' }).waitFor();
  await free(page, tuesday, 'Evening').click();
  await dialog(page)
    .getByText(`${longName(tuesday)}, Evening 4:30 pm`)
    .waitFor();
  await fillShow(page, 'The Godfather', '220.50');
  await dialog(page).getByText('Fits: 5 min to spare').waitFor();
  await button(page, 'Schedule the show').click();
  const cell = page.locator(`#cell-${tuesday}-3`);
  await cell.and(page.locator(':focus')).waitFor();
  assert.match(await cell.innerText(), /Evening.*The Godfather\s+₹220.50\s+0 of 100 sold/s);
  assert.equal(await cell.locator('img').getAttribute('src'), '/app/api/posters/tt0068646.svg');
  assert.deepEqual(await listShows(app), [
    { date: tuesday, slot: 3, movie: MOVIES.godfather, cost: '220.50' },
  ]);
});

test('a price or a movie that the API would refuse is said at its field before anything is sent', async (t) => {
  const page = await openDesk(t);
  await free(page, tuesday, 'Evening').click();
  await dialog(page).getByLabel('The Godfather').waitFor();
  await button(page, 'Schedule the show').click();
  await dialog(page).getByText('Choose a movie').waitFor();
  await dialog(page).getByRole('radiogroup').and(page.locator(':focus')).waitFor();
  for (const price of ['0', '3000.01', '1.005', '-1', 'x', '']) {
    await fillShow(page, 'The Godfather', price);
    await button(page, 'Schedule the show').click();
    await dialog(page)
      .getByLabel('Price of a Standard seat')
      .and(page.locator('[aria-invalid=true]:focus'))
      .waitFor();
  }
  assert.deepEqual(await listShows(app), []);
});

test('the API’s refusal of a price or a movie is said at its field, and of a slot where it is listed', async (t) => {
  const page = await openDesk(t);
  await free(page, tuesday, 'Evening').click();
  for (const [code, message, field] of [
    ['INVALID_COST', 'The cost must be less than or equal to 3000', 'Price of a Standard seat'],
    ['INVALID_MOVIE', 'The selected movie does not exist', 'Movie'],
  ] as const) {
    const refusal = { status: 400, json: { status: 'ERROR', code, message, request_id: 'r-1' } };
    await page.route('**/app/api/show', (route) => route.fulfill(refusal), { times: 1 });
    await fillShow(page, 'The Godfather', '200');
    await button(page, 'Schedule the show').click();
    await dialog(page).getByText(message).waitFor();
    // The focus scrolls: a press before it would miss its button.
    await dialog(page).locator('[aria-invalid=true]:focus').waitFor();
    assert.equal(await dialog(page).locator('[aria-invalid=true]').count(), 1, field);
  }
  // Another admin takes the slot meanwhile.
  await showOn(app, tuesday, { slotId: 3, movieId: MOVIES.knight });
  await button(page, 'Schedule the show').click();
  await dialog(page).getByText('The slot has The Dark Knight').waitFor();
  await button(page, 'Back').click();
  assert.ok(
    await dialog(page).getByLabel('The Godfather').isChecked(),
    'what was chosen is there for another slot',
  );
  assert.equal((await listShows(app)).length, 1);
});

test('a slot that is past offers nothing, and one that begins meanwhile is refused by the API in its place', async (t) => {
  const page = await openDesk(t, dayOfWeek(0, -1));
  assert.equal(await button(page, /^Schedule a show/).count(), 0);
  assert.equal(await page.getByText('No show').count(), 28);

  await page.goto(`${desk}?week=${monday}`);
  await free(page, monday, 'Morning').click();
  const past = {
    status: 400,
    json: {
      status: 'ERROR',
      code: 'PAST_DATETIME',
      message: 'The show cannot be scheduled for a time in the past',
      request_id: 'r-1',
    },
  };
  await page.route('**/app/api/show', (route) => route.fulfill(past));
  await fillShow(page, 'The Godfather', '200');
  await button(page, 'Schedule the show').click();
  await dialog(page).getByText('The show cannot be scheduled for a time in the past').waitFor();
});

test('a movie that is longer than its slot is said before, with the show that it runs into', async (t) => {
  await app.script(`update slot set end_time = '14:00' where id = 2`);
  t.after(() => app.script(`update slot set end_time = '15:30' where id = 2`));
  await app.script(`update slot set start_time = '14:10' where id = 3`);
  t.after(() => app.script(`update slot set start_time = '16:30' where id = 3`));
  await showOn(app, tuesday, { slotId: 3, movieId: MOVIES.knight });
  const page = await openDesk(t);
  for (const [date, says] of [
    [
      tuesday,
      '1 h 25 min longer than the slot. It is not over when The Dark Knight begins in the same hall.',
    ],
    [wednesday, '1 h 25 min longer than the slot. No other show is scheduled before it ends.'],
  ] as const) {
    await free(page, date, 'Afternoon').click();
    await dialog(page).getByLabel('The Godfather').check();
    await dialog(page).getByText(says).waitFor();
    await button(page, 'Cancel').click();
  }
});

test('a show is repeated on the other days of its week; the days that have another say so', async (t) => {
  await showOn(app, wednesday, { slotId: 1, movieId: MOVIES.knight });
  const page = await openDesk(t);
  await free(page, monday, 'Morning').click();
  await fillShow(page, 'The Godfather', '200');
  const taken = dialog(page).getByLabel('The slot has The Dark Knight');
  assert.ok(await taken.isDisabled());
  await dialog(page).getByLabel('Every day that is free').check();
  await button(page, 'Schedule 6 shows').click();
  await dialog(page).waitFor({ state: 'detached' });
  const found = await listShows(app);
  assert.deepEqual(
    found.map(({ movie }) => movie),
    [0, 1, 2, 3, 4, 5, 6].map((at) => (at === 2 ? MOVIES.knight : MOVIES.godfather)),
  );
  assert.ok(found.every(({ cost }) => cost === '200.00'));
});

test('a week that cannot be had says so with the number for questions, and tries again', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  await page.route('**/admin/programme*', (route) => route.fulfill(failWith(500)), { times: 1 });
  await page.goto(desk);
  await page.getByText('Number for questions: r-1').waitFor();
  await button(page, 'Try again').click();
  await page.locator('.week').waitFor();
});

test('a page whose script cannot be loaded says so, and is loaded again', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  await page.goto(`${webOf(app)}/desk/bookings`);
  await page.route('**/app/assets/part-*.js', (route) => route.abort());
  await page.getByRole('link', { name: 'Revenue' }).click();
  await page.getByText('No answer came.').waitFor();
  await page.unroute('**/app/assets/part-*.js');
  await button(page, 'Load again').click();
  await page.getByRole('heading', { name: 'Revenue', level: 1 }).waitFor();
});

test('weeks are led through by links and by a date, and the browser goes back', async (t) => {
  const page = await openDesk(t);
  await page.getByRole('link', { name: 'Next week' }).click();
  await page.waitForURL(`**/programme?week=${dayOfWeek(0, 2)}`);
  await page.getByLabel('Week of').fill(dayOfWeek(3, 4));
  await page.waitForURL(`**/programme?week=${dayOfWeek(0, 4)}`);
  await page.getByRole('link', { name: 'This week' }).click();
  await page.waitForURL('**/programme');
  await page.goBack();
  await page.waitForURL(`**/programme?week=${dayOfWeek(0, 4)}`);
});

test('staff see no programme desk, neither in the menu nor under its address', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.goto(desk);
  await page.getByRole('heading', { name: 'For admins only' }).waitFor();
  assert.equal(await page.getByRole('link', { name: /^(Programme|Revenue)$/ }).count(), 0);
});
