// Needs chromium: the programme desk, where admins schedule shows and copy days and weeks.
import assert from 'node:assert/strict';
import { beforeEach, test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp, type Person } from '../support/app.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { dayOfWeek, showOn } from '../support/office.ts';
import { failWith } from '../support/web-states.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const desk = `${webOf(app)}/desk/programme`;
const MOVIES = { shawshank: 'tt0111161', godfather: 'tt0068646', knight: 'tt0468569' };
// Next week, none of which is past.
const [monday, tuesday, wednesday] = [dayOfWeek(0, 1), dayOfWeek(1, 1), dayOfWeek(2, 1)];

beforeEach(() => app.script('delete from show'));

async function openWeek(t: TestContext, { week = monday, as = app.admin as Person } = {}): Promise<Page> {
  const page = await openWeb(t, browser, app.base, { as });
  await page.goto(`${desk}?week=${week}`);
  await page.locator('.week').waitFor();
  return page;
}

const dialog = (page: Page) => page.getByRole('dialog');
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const longName = (date: string) =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString('en-IN', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
const free = (page: Page, date: string, slot: string) =>
  button(page, `Schedule a show: ${longName(date)}, ${slot}`);
const day = (page: Page, date: string) =>
  page.getByRole('region', { name: new RegExp(` ${Number(date.slice(8))} `) });
const shows = () =>
  app.rows<{ date: string; slot: number; movie: string; cost: string }>(
    `select date::text as date, slot_id as slot, movie_id as movie, cost::text as cost from show order by date, slot_id`,
  );
const lines = (page: Page) => dialog(page).locator('.steps li').allInnerTexts();
/** Where the steps of a list stand, without their days and movies. */
const states = async (page: Page) =>
  (await dialog(page).locator('.steps .state').allInnerTexts()).map((text) =>
    text.replace(/^\W\s*/, '').trim(),
  );

async function fillShow(page: Page, movie: string, price: string): Promise<void> {
  await dialog(page).getByLabel(movie).check();
  await dialog(page).getByLabel('Price of a Standard seat').fill(price);
}

test('an admin schedules a show with its poster and price, and the focus goes to it', async (t) => {
  const page = await openWeek(t);
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
  assert.deepEqual(await shows(), [{ date: tuesday, slot: 3, movie: MOVIES.godfather, cost: '220.50' }]);
});

test('a price or a movie that the API would refuse is said at its field before anything is sent', async (t) => {
  const page = await openWeek(t);
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
  assert.deepEqual(await shows(), []);
});

test('the API’s refusal of a price or a movie is said at its field, and of a slot where it is listed', async (t) => {
  const page = await openWeek(t);
  await free(page, tuesday, 'Evening').click();
  for (const [code, message, field] of [
    ['INVALID_COST', 'The cost must be less than or equal to 3000', 'Price of a Standard seat'],
    ['INVALID_MOVIE', 'The selected movie does not exist', 'Movie'],
  ] as const) {
    const refusal = { status: 400, json: { status: 'ERROR', code, message, request_id: 'r-1' } };
    await page.route('**/app/api/show', (route) => route.fulfill(refusal), { times: 1 });
    await fillShow(page, 'The Godfather', '200');
    await button(page, 'Schedule the show').click();
    const faulty = dialog(page).locator('[aria-invalid=true]');
    await dialog(page).getByText(message).waitFor();
    assert.equal(await faulty.count(), 1, field);
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
  assert.equal((await shows()).length, 1);
});

test('a slot that is past offers nothing, and one that begins meanwhile is refused by the API in its place', async (t) => {
  const page = await openWeek(t, { week: dayOfWeek(0, -1) });
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
  const page = await openWeek(t);
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
  const page = await openWeek(t);
  await free(page, monday, 'Morning').click();
  await fillShow(page, 'The Godfather', '200');
  const taken = dialog(page).getByLabel('The slot has The Dark Knight');
  assert.ok(await taken.isDisabled());
  await dialog(page).getByLabel('Every day that is free').check();
  await button(page, 'Schedule 6 shows').click();
  await dialog(page).waitFor({ state: 'detached' });
  const found = await shows();
  assert.deepEqual(
    found.map(({ movie }) => movie),
    [0, 1, 2, 3, 4, 5, 6].map((at) => (at === 2 ? MOVIES.knight : MOVIES.godfather)),
  );
  assert.ok(found.every(({ cost }) => cost === '200.00'));
});

/** Three shows on Monday. */
async function aMonday(): Promise<void> {
  await showOn(app, monday, { slotId: 1, movieId: MOVIES.shawshank, cost: '150.10' });
  await showOn(app, monday, { slotId: 2, movieId: MOVIES.godfather });
  await showOn(app, monday, { slotId: 4, movieId: MOVIES.knight });
}

async function openCopy(page: Page, to: string): Promise<void> {
  await button(page, `Copy the shows of ${longName(monday)}`).click();
  await dialog(page)
    .getByRole('checkbox', { name: new RegExp(` ${Number(to.slice(8))} `) })
    .check();
}

test('a day is copied; what is in the way is said before, and the rest is scheduled at its price', async (t) => {
  await aMonday();
  await showOn(app, tuesday, { slotId: 2, movieId: MOVIES.knight });
  await showOn(app, tuesday, { slotId: 4, movieId: MOVIES.knight, cost: '250.00' });
  const page = await openWeek(t);
  await openCopy(page, tuesday);
  assert.deepEqual(await states(page), [
    'Can be scheduled',
    'The slot has The Dark Knight',
    'There already, at ₹250',
  ]);
  await button(page, 'Schedule 1 show').click();
  await dialog(page).getByText('2 of 3 shows scheduled or there').waitFor();
  assert.deepEqual(await states(page), [
    'Scheduled',
    'The slot has The Dark Knight',
    'There already, at ₹250',
  ]);
  await button(page, 'Close').click();
  await day(page, tuesday).getByText('The Shawshank Redemption').waitFor();
  assert.equal((await shows()).filter(({ date }) => date === tuesday)[0]?.cost, '150.10');
});

test('one refusal in the middle of a copy is said at its show, and stops no other', async (t) => {
  await aMonday();
  const page = await openWeek(t);
  await openCopy(page, tuesday);
  await showOn(app, tuesday, { slotId: 2, movieId: MOVIES.knight });
  await button(page, 'Schedule 3 shows').click();
  await dialog(page).getByText('2 of 3 shows scheduled or there').waitFor();
  assert.deepEqual(await states(page), ['Scheduled', 'The slot has The Dark Knight', 'Scheduled']);
  assert.match((await lines(page))[1] ?? '', /Afternoon\s+The Godfather/);
  assert.equal((await shows()).length, 6);
});

test('the network that is cut in the middle of a copy loses nothing, and nothing is scheduled twice', async (t) => {
  await aMonday();
  const page = await openWeek(t);
  await openCopy(page, tuesday);
  let sent = 0;
  const posts: string[] = [];
  await page.route('**/app/api/show', async (route) => {
    sent += 1;
    posts.push(route.request().postData() ?? '');
    if (sent !== 2) return route.continue();
    // The show is scheduled, its answer is lost, and so is all that comes after.
    await route.fetch();
    await page.context().setOffline(true);
    return route.abort('connectionreset');
  });
  await button(page, 'Schedule 3 shows').click();
  await dialog(page).getByText('No answer came. Going on looks first').waitFor();
  assert.deepEqual(await states(page), [
    'Scheduled',
    'No answer: not known whether it was scheduled',
    'Not tried yet',
  ]);
  await page.context().setOffline(false);
  await button(page, 'Go on').click();
  await dialog(page).getByText('3 of 3 shows scheduled or there').waitFor();
  assert.deepEqual(await states(page), ['Scheduled', 'There already', 'Scheduled']);
  assert.deepEqual([posts.length, new Set(posts).size], [3, 3], 'each show was sent once');
  assert.equal((await shows()).length, 6);

  await button(page, 'Close').click();
  await openCopy(page, tuesday);
  await dialog(page).getByText('Nothing can be scheduled there').waitFor();
  assert.deepEqual(await states(page), ['There already', 'There already', 'There already']);
});

test('a lost answer alone is asked for at once, without anybody noticing', async (t) => {
  await aMonday();
  const page = await openWeek(t);
  await openCopy(page, tuesday);
  let sent = 0;
  await page.route('**/app/api/show', async (route) => {
    sent += 1;
    if (sent !== 2) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await button(page, 'Schedule 3 shows').click();
  await dialog(page).getByText('3 of 3 shows scheduled or there').waitFor();
  assert.deepEqual([sent, (await shows()).length], [3, 6]);
});

test('a server that fails in the middle of a copy is said with its number, and the copy goes on from there', async (t) => {
  await aMonday();
  const page = await openWeek(t);
  await openCopy(page, tuesday);
  const busy = {
    status: 503,
    json: { status: 'ERROR', code: 'SERVICE_UNAVAILABLE', message: 'busy', request_id: 'r-9' },
  };
  await page.route('**/app/api/show', (route) => route.fulfill(busy), { times: 1 });
  await button(page, 'Schedule 3 shows').click();
  await dialog(page).getByText('Number for questions: r-9').waitFor();
  assert.equal((await shows()).length, 3);
  await button(page, 'Go on').click();
  await dialog(page).getByText('3 of 3 shows scheduled or there').waitFor();
});

test('a session that ends in the middle of a copy is renewed over it, and the copy goes on', async (t) => {
  await aMonday();
  const login = await app.post('/login', { body: { username: 'seed-user-1', password: 'foobar' } });
  const as = { username: 'seed-user-1', role: 'admin', token: String(login.data['token']) };
  const page = await openWeek(t, { as });
  await openCopy(page, tuesday);
  await app.post('/logout', { as });
  await button(page, 'Schedule 3 shows').click();
  const over = page.getByRole('dialog', { name: 'Please log in again' });
  await over.getByLabel('Password').fill('foobar');
  await over.getByRole('button', { name: 'Log in' }).click();
  await dialog(page).getByText('3 of 3 shows scheduled or there').waitFor();
  assert.equal((await shows()).length, 6);
});

test('a whole week is copied to the next ones', async (t) => {
  await aMonday();
  await showOn(app, wednesday, { slotId: 3, movieId: MOVIES.knight });
  const page = await openWeek(t);
  await button(page, 'Copy this week').click();
  await dialog(page).getByRole('checkbox').first().waitFor();
  for (const box of (await dialog(page).getByRole('checkbox').all()).slice(0, 2)) await box.check();
  await button(page, 'Schedule 8 shows').click();
  await dialog(page).getByText('8 of 8 shows scheduled or there').waitFor();
  const dates = (await shows()).map(({ date }) => date);
  assert.deepEqual(
    [1, 2, 3].map((week) =>
      [dayOfWeek(0, week), dayOfWeek(2, week)].map((date) => dates.filter((d) => d === date).length),
    ),
    [
      [3, 1],
      [3, 1],
      [3, 1],
    ],
  );
});

test('a show is scheduled and a day copied by keyboard alone', async (t) => {
  const page = await openWeek(t);
  await free(page, monday, 'Morning').focus();
  await page.keyboard.press('Enter');
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 40; presses++) {
      const label = await page.evaluate(
        `{
          const at = document.activeElement;
          at?.labels?.[0]?.textContent ?? (at?.tagName === 'BUTTON' ? at.textContent : '');
        }`,
      );
      if (String(label).includes(name)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await dialog(page).getByLabel('The Godfather').waitFor();
  await tabTo('The Shawshank Redemption');
  await page.keyboard.press('ArrowRight');
  assert.ok(await dialog(page).getByLabel('The Godfather').isChecked());
  await tabTo('Price of a Standard seat');
  await page.keyboard.type('180');
  await page.keyboard.press('Enter');
  await page.locator(`#cell-${monday}-1:focus`).waitFor();
  await button(page, `Copy the shows of ${longName(monday)}`).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByRole('checkbox').first().waitFor();
  await tabTo(`${Number(tuesday.slice(8))} `);
  await page.keyboard.press('Space');
  await tabTo('Schedule 1 show');
  await page.keyboard.press('Enter');
  await dialog(page).getByText('1 of 1 show scheduled or there').waitFor();
  await page.keyboard.press('Escape');
  await button(page, `Copy the shows of ${longName(monday)}`)
    .and(page.locator(':focus'))
    .waitFor();
  assert.equal((await shows()).length, 2);
});

test('a week that cannot be had says so with the number for questions, and tries again', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.admin });
  await page.route('**/admin/programme*', (route) => route.fulfill(failWith(500)), { times: 1 });
  await page.goto(desk);
  await page.getByText('Number for questions: r-1').waitFor();
  await button(page, 'Try again').click();
  await page.locator('.week').waitFor();
});

test('weeks are led through by links and by a date, and the browser goes back', async (t) => {
  const page = await openWeek(t);
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
