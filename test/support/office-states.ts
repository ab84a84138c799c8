import type { Page } from 'playwright-core';
import type { TestApp } from './app.ts';
import { dayOfWeek, sellOn, showOn } from './office.ts';
import { failWith, never, type State } from './web-states.ts';

/** The pages of the office in their states, on a database with what they show. `desk` is where they are. */
export async function prepareOffice(app: TestApp): Promise<State[]> {
  const [monday, tuesday] = [dayOfWeek(0, 1), dayOfWeek(1, 1)];
  await showOn(app, monday, { slotId: 1, movieId: 'tt0068646', cost: '220.50' });
  await showOn(app, monday, { slotId: 3, movieId: 'tt0468569' });
  await showOn(app, tuesday, { slotId: 3, movieId: 'tt0111161' });
  for (const weeks of [-1, -2]) {
    const show = await showOn(app, dayOfWeek(2, weeks), { slotId: 2 });
    await sellOn(app, show, [{ date: dayOfWeek(1, weeks), amount: '12345.75', seats: 30 }]);
  }
  await app.hold(await app.customer(), await showOn(app, dayOfWeek(2, 1)), ['A1']);

  const dialog = (page: Page) => page.getByRole('dialog');
  const godfather = (page: Page) => dialog(page).getByRole('radio', { name: /^The Godfather/ });
  const week = async (page: Page, desk: string, of = monday) => {
    await page.goto(`${desk}/programme?week=${of}`);
    await page.locator('.week').waitFor();
  };
  const form = async (page: Page, desk: string) => {
    await week(page, desk);
    await page.getByRole('button', { name: /^Schedule a show: Tuesday.*Morning/ }).click();
    await godfather(page).waitFor();
  };
  const copy = async (page: Page, desk: string) => {
    await week(page, desk);
    await page.getByRole('button', { name: /^Copy the shows of Monday/ }).click();
    for (const box of [0, 1]) await dialog(page).getByRole('checkbox').nth(box).check();
  };
  const sales = async (page: Page, desk: string, query: string) => {
    await page.goto(`${desk}/revenue?${query}`);
    await page.locator('.totals, .empty').first().waitFor();
    await page.locator('.figures, .occupancy > .hint + .hint').last().waitFor();
  };
  const failing = (path: string) => async (page: Page, desk: string) => {
    await page.route('**/app/api/{admin/programme,revenue}*', (route) => route.fulfill(failWith(500)));
    await page.goto(desk + path);
    await page.getByText('Number for questions').first().waitFor();
  };
  const loading = (path: string) => async (page: Page, desk: string) => {
    await page.route('**/app/api/{admin/programme,revenue}*', never);
    await page.goto(desk + path);
    await page.locator('.bone').first().waitFor();
  };

  return [
    { name: 'a week', reach: (page, desk) => week(page, desk) },
    { name: 'a week without shows', reach: (page, desk) => week(page, desk, dayOfWeek(0, 5)) },
    { name: 'a week that is past', reach: (page, desk) => week(page, desk, dayOfWeek(0, -1)) },
    { name: 'a week loading', reach: loading('/programme') },
    { name: 'a week that failed', reach: failing('/programme') },
    { name: 'the form of a show', reach: form },
    {
      name: 'the form of a show with faults',
      reach: async (page, desk) => {
        await form(page, desk);
        await dialog(page).getByLabel('Price of a Standard seat').fill('x');
        await page.getByRole('button', { name: 'Schedule the show' }).click();
        await dialog(page).getByText('Choose a movie').waitFor();
      },
    },
    { name: 'a copy to be started', reach: copy },
    {
      name: 'a copy that stopped',
      reach: async (page, desk) => {
        await page.route('**/app/api/show', (route) => route.fulfill(failWith(503)));
        await copy(page, desk);
        await dialog(page)
          .getByRole('button', { name: /^Schedule \d/ })
          .click();
        await page.getByRole('button', { name: 'Go on' }).waitFor();
      },
    },
    {
      name: 'a copy under way',
      reach: async (page, desk) => {
        await page.route('**/app/api/show', never);
        await copy(page, desk);
        await dialog(page)
          .getByRole('button', { name: /^Schedule \d/ })
          .click();
        await dialog(page).getByText('Scheduling: ').waitFor();
      },
    },
    { name: 'revenue of a week', reach: (page, desk) => sales(page, desk, `date=${dayOfWeek(0, -1)}`) },
    {
      name: 'revenue of a day',
      reach: (page, desk) => sales(page, desk, `period=day&date=${dayOfWeek(1, -1)}`),
    },
    {
      name: 'revenue of a month',
      reach: (page, desk) => sales(page, desk, `period=month&date=${dayOfWeek(1, -1)}`),
    },
    { name: 'nothing sold', reach: (page, desk) => sales(page, desk, 'date=2001-05-05') },
    { name: 'revenue loading', reach: loading('/revenue') },
    { name: 'revenue that failed', reach: failing('/revenue') },
    {
      name: 'revenue off line',
      reach: async (page, desk) => {
        await sales(page, desk, `date=${dayOfWeek(0, -1)}`);
        await page.context().setOffline(true);
        await page.getByText('You are off line.').waitFor();
        await page.getByRole('button', { name: 'Save for Excel' }).click();
        await page.getByText('No answer came.').waitFor();
      },
    },
    {
      name: 'session over at the office',
      reach: async (page, desk) => {
        await page.route('**/app/api/admin/programme*', (route) =>
          route.fulfill({
            status: 401,
            json: { status: 'ERROR', code: 'INVALID_TOKEN', message: 'Unauthorized' },
          }),
        );
        await page.goto(`${desk}/programme`);
        await dialog(page).getByLabel('Password').waitFor();
      },
    },
    {
      name: 'a movie longer than its slot',
      reach: async (page, desk) => {
        await app.script(`update slot set end_time = '10:00' where id = 1`);
        await form(page, desk);
        await godfather(page).check();
        await dialog(page).getByText('longer than the slot. No other').waitFor();
      },
    },
  ];
}
