// Needs chromium: copies of days and weeks at the programme desk, and what becomes of them when something breaks.
import assert from 'node:assert/strict';
import { beforeEach, test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp, type Person } from '../support/app.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { dayOfWeek, showOn } from '../support/office.ts';
import {
  button,
  dialog,
  free,
  listShows,
  longName,
  MOVIES,
  openWeek,
  states,
} from '../support/programme-desk.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const desk = `${webOf(app)}/desk/programme`;
// Next week, none of which is past.
const [monday, tuesday, wednesday] = [dayOfWeek(0, 1), dayOfWeek(1, 1), dayOfWeek(2, 1)];

beforeEach(() => app.script('delete from show'));

async function openDesk(t: TestContext, as: Person = app.admin): Promise<Page> {
  const page = await openWeb(t, browser, app.base, { as });
  await openWeek(page, desk, monday);
  return page;
}

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
  const page = await openDesk(t);
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
  await page.locator(`#cell-${tuesday}-1`).getByText('The Shawshank Redemption').waitFor();
  assert.equal((await listShows(app)).find(({ date }) => date === tuesday)?.cost, '150.10');
});

test('one refusal in the middle of a copy is said at its show, and stops no other', async (t) => {
  await aMonday();
  const page = await openDesk(t);
  await openCopy(page, tuesday);
  await showOn(app, tuesday, { slotId: 2, movieId: MOVIES.knight });
  await button(page, 'Schedule 3 shows').click();
  await dialog(page).getByText('2 of 3 shows scheduled or there').waitFor();
  assert.deepEqual(await states(page), ['Scheduled', 'The slot has The Dark Knight', 'Scheduled']);
  assert.match(await dialog(page).locator('.steps li').nth(1).innerText(), /Afternoon\s+The Godfather/);
  assert.equal((await listShows(app)).length, 6);
});

test('the network that is cut in the middle of a copy loses nothing, and nothing is scheduled twice', async (t) => {
  await aMonday();
  const page = await openDesk(t);
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
  assert.equal((await listShows(app)).length, 6);

  await button(page, 'Close').click();
  await openCopy(page, tuesday);
  await dialog(page).getByText('Nothing can be scheduled there').waitFor();
  assert.deepEqual(await states(page), ['There already', 'There already', 'There already']);
});

test('a lost answer alone is asked for at once, without anybody noticing', async (t) => {
  await aMonday();
  const page = await openDesk(t);
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
  assert.deepEqual([sent, (await listShows(app)).length], [3, 6]);
});

test('a server that fails in the middle of a copy is said with its number, and the copy goes on from there', async (t) => {
  await aMonday();
  const page = await openDesk(t);
  await openCopy(page, tuesday);
  const busy = {
    status: 503,
    json: { status: 'ERROR', code: 'SERVICE_UNAVAILABLE', message: 'busy', request_id: 'r-9' },
  };
  await page.route('**/app/api/show', (route) => route.fulfill(busy), { times: 1 });
  await button(page, 'Schedule 3 shows').click();
  await dialog(page).getByText('Number for questions: r-9').waitFor();
  assert.equal((await listShows(app)).length, 3);
  await button(page, 'Go on').click();
  await dialog(page).getByText('3 of 3 shows scheduled or there').waitFor();
});

test('a session that ends in the middle of a copy is renewed over it, and the copy goes on', async (t) => {
  await aMonday();
  const login = await app.post('/login', { body: { username: 'seed-user-1', password: 'foobar' } });
  const as = { username: 'seed-user-1', role: 'admin', token: String(login.data['token']) };
  const page = await openDesk(t, as);
  await openCopy(page, tuesday);
  await app.post('/logout', { as });
  await button(page, 'Schedule 3 shows').click();
  const over = page.getByRole('dialog', { name: 'Please log in again' });
  await over.getByLabel('Password').fill('foobar');
  await over.getByRole('button', { name: 'Log in' }).click();
  await dialog(page).getByText('3 of 3 shows scheduled or there').waitFor();
  assert.equal((await listShows(app)).length, 6);
});

test('a whole week is copied to the next ones', async (t) => {
  await aMonday();
  await showOn(app, wednesday, { slotId: 3, movieId: MOVIES.knight });
  const page = await openDesk(t);
  await button(page, 'Copy this week').click();
  await dialog(page).getByRole('checkbox').first().waitFor();
  for (const box of (await dialog(page).getByRole('checkbox').all()).slice(0, 2)) await box.check();
  await button(page, 'Schedule 8 shows').click();
  await dialog(page).getByText('8 of 8 shows scheduled or there').waitFor();
  const dates = (await listShows(app)).map(({ date }) => date);
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
  const page = await openDesk(t);
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
  assert.equal((await listShows(app)).length, 2);
});
