// Needs chromium: the door while the network is cut, answers are lost, sessions end, clocks are wrong and scanners type anywhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { employee, showAt } from '../checkins/door.ts';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import {
  CHECK_IN,
  gatesOf,
  goToDoor,
  keptScans,
  next,
  openShow,
  recent,
  typeAsScanner,
  unconfirmed,
  verdict,
} from '../support/web-door.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const gateTwo = await employee(app, 'gate-2');
const show = await openShow(app);

const { openDoor, sell, checkIns } = gatesOf(app, browser);
const sold = () => sell(show);

test('scans without a network are kept, shown as not confirmed, and go out when it is back', async (t) => {
  const scans = [await sold(), await sold(), await sold()];
  const page = await openDoor(t);
  await page.context().setOffline(true);
  for (const { ticket } of scans) {
    await typeAsScanner(page, ticket);
    await verdict(page, 'Not confirmed').waitFor();
    await next(page);
  }
  await unconfirmed(page).getByText('3 scans are NOT confirmed').waitFor();
  assert.equal((await keptScans(page)).length, 3);
  for (const { id } of scans) assert.equal(await checkIns(id), 0);
  await page.context().setOffline(false);
  await unconfirmed(page).waitFor({ state: 'detached' });
  for (const { id } of scans) assert.equal(await checkIns(id), 1);
  assert.equal(await recent(page).locator('li.in').count(), 3);
  await page.getByText('3 sent: 3 in').and(page.getByRole('status')).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Close' }).click();
  await page.locator('.sent-late').waitFor({ state: 'detached' });
  // Nothing of a ticket stays.
  assert.deepEqual(await keptScans(page), []);
});

test('a ticket that is scanned again before it is confirmed is one scan', async (t) => {
  const { ticket } = await sold();
  const page = await openDoor(t);
  await page.context().setOffline(true);
  for (let times = 0; times < 2; times++) {
    await typeAsScanner(page, ticket);
    await verdict(page, 'Not confirmed')
      .getByText(/^Scanned here at/)
      .waitFor();
    await next(page);
  }
  await unconfirmed(page).getByText('1 scan is NOT confirmed').waitFor();
  await page.context().setOffline(false);
  await recent(page).locator('li.in').waitFor();
});

test('a scan whose answer was lost is let in when it is sent again: it is not taken for a stranger’s', async (t) => {
  const { id, ticket } = await sold();
  const page = await openDoor(t);
  let answers = 0;
  await page.route(CHECK_IN, async (route) => {
    const response = await route.fetch();
    return ++answers > 2 ? route.fulfill({ response }) : route.abort('connectionreset');
  });
  await typeAsScanner(page, ticket);
  await verdict(page, 'Not confirmed').waitFor();
  assert.equal(await checkIns(id), 1);
  await verdict(page, 'In').waitFor();
  assert.equal(answers, 3);
  // The same user at another gate is a stranger all the same.
  const other = await openDoor(t);
  await typeAsScanner(other, ticket);
  await verdict(other, 'Already in')
    .getByText(/by staff-1$/)
    .waitFor();
});

test('what another gate let in while this one had no network is already in, with time and gate', async (t) => {
  const { ticket } = await sold();
  const [page, other] = [await openDoor(t), await openDoor(t, gateTwo)];
  await page.context().setOffline(true);
  await typeAsScanner(page, ticket);
  await verdict(page, 'Not confirmed').waitFor();
  await typeAsScanner(other, ticket);
  await verdict(other, 'In').waitFor();
  await page.context().setOffline(false);
  await verdict(page, 'Already in')
    .getByText(/by gate-2$/)
    .waitFor();
});

test('scans that wait outlive a reload, and the tab', async (t) => {
  const [first, second] = [await sold(), await sold()];
  const page = await openDoor(t);
  await page.route(CHECK_IN, (route) => route.abort());
  await typeAsScanner(page, first.ticket);
  await verdict(page, 'Not confirmed').waitFor();
  await next(page);
  await page.reload();
  await unconfirmed(page).getByText('1 scan is NOT confirmed').waitFor();
  await typeAsScanner(page, second.ticket);
  await verdict(page, 'Not confirmed').waitFor();
  const tab = await page.context().newPage();
  await page.close();
  await goToDoor(tab, app);
  await recent(tab).locator('li.in').nth(1).waitFor();
  assert.deepEqual([await checkIns(first.id), await checkIns(second.id), await keptScans(tab)], [1, 1, []]);
});

test('a server that does not answer in time leaves a scan unconfirmed until it does', async (t) => {
  const { ticket } = await sold();
  const page = await openDoor(t);
  let answer = () => {};
  await page.route(CHECK_IN, async (route) => {
    await new Promise<void>((resolve) => (answer = resolve));
    await route.continue();
  });
  await typeAsScanner(page, ticket);
  await verdict(page, 'Not confirmed').waitFor();
  answer();
  await verdict(page, 'In').waitFor();
});

test('a bad verdict that comes after the next scan, or after Next, covers the page all the same', async (t) => {
  const [first, second, third] = [await sold(), await sold(), await sold()];
  for (const { id } of [first, third])
    await app.post('/check-in/booking', { as: gateTwo, body: { booking_id: id } });
  const page = await openDoor(t);
  const answers: (() => void)[] = [];
  await page.route(CHECK_IN, async (route) => {
    await new Promise<void>((resolve) => answers.push(resolve));
    await route.continue();
  });
  await typeAsScanner(page, first.ticket);
  await verdict(page, 'Checking…').waitFor();
  await typeAsScanner(page, second.ticket);
  await eventually('both are sent', () => Promise.resolve(answers.length === 2));
  answers[0]?.();
  await verdict(page, 'Already in').getByText(`Booking ${first.id}`).waitFor();
  answers[1]?.();
  await eventually('the second is in', async () => (await checkIns(second.id)) === 1);
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await verdict(page, 'In').getByText(`Booking ${second.id}`).waitFor();
  await next(page);
  await typeAsScanner(page, third.ticket);
  await verdict(page, 'Checking…').waitFor();
  await next(page);
  answers[2]?.();
  await verdict(page, 'Already in').getByText(`Booking ${third.id}`).waitFor();
});

test('a busy server is waited out; a scan that is given up is given up by two presses', async (t) => {
  const { id, ticket } = await sold();
  const page = await openDoor(t);
  await page.route(CHECK_IN, (route) =>
    route.fulfill({ status: 503, json: { status: 'ERROR', code: 'SERVICE_UNAVAILABLE', message: 'x' } }),
  );
  await typeAsScanner(page, ticket);
  await verdict(page, 'Not confirmed').waitFor();
  await next(page);
  await unconfirmed(page).getByText('computers are busy').waitFor();
  await unconfirmed(page).getByRole('button', { name: 'Forget it' }).click();
  await unconfirmed(page).getByText('It was never confirmed.').waitFor();
  assert.equal((await keptScans(page)).length, 1);
  await unconfirmed(page).getByRole('button', { name: 'Forget it' }).click();
  await unconfirmed(page).waitFor({ state: 'detached' });
  assert.deepEqual([await keptScans(page), await checkIns(id)], [[], 0]);
});

/** A door whose user logged in there, so that the session can be ended. */
async function logInAtDoor(t: Parameters<typeof openWeb>[0]): Promise<Page> {
  const page = await openWeb(t, browser, app.base);
  await page.goto(`${webOf(app)}/door/`);
  await logIn(page, 'staff-1');
  await page.getByRole('heading', { name: 'Door', level: 1 }).waitFor();
  const kept = JSON.parse(await page.evaluate<string>(`sessionStorage.getItem('skyfox.session')`)) as {
    token: string;
  };
  await app.post('/logout', { as: { token: kept.token } });
  return page;
}

async function logIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill('foobar');
  await page.getByRole('button', { name: 'Log in' }).click();
}

for (const username of ['staff-1', 'seed-user-1']) {
  test(`a session that ends while scanning keeps the scan, and ${username} who logs in sends it`, async (t) => {
    const { id, ticket } = await sold();
    const page = await logInAtDoor(t);
    await typeAsScanner(page, ticket);
    const login = page.getByRole('dialog', { name: 'Please log in again' });
    await login.waitFor();
    assert.equal((await keptScans(page)).length, 1);
    // Into the field for the password, which keeps what was in it.
    const second = await sold();
    await login.getByLabel('Password').fill('foo');
    await login.getByLabel('Password').focus();
    await typeAsScanner(page, second.ticket);
    await eventually('both are kept', async () => (await keptScans(page)).length === 2);
    assert.equal(await login.getByLabel('Password').inputValue(), 'foo');
    await logIn(page, username);
    await eventually('both are in', async () => (await checkIns(id)) + (await checkIns(second.id)) === 2);
    await eventually('nothing is kept', async () => (await keptScans(page)).length === 0);
    const [by] = await app.rows<{ name: string }>(
      `select checked_in_by as name from check_in where booking_id = ${id}`,
    );
    assert.equal(by?.name, username);
  });
}

test('a clock that is an hour off changes neither the show nor the times', async (t) => {
  // By a clock that is ahead, its door is open.
  await showAt(app, { inMinutes: 95 });
  const { ticket, id } = await sold();
  await app.post('/check-in/booking', { as: gateTwo, body: { booking_id: id } });
  const [noted] = await app.rows<{ time: string }>(
    `select to_char(checked_in_at at time zone 'UTC', 'FMHH12:MI am') as time from check_in where booking_id = ${id}`,
  );
  for (const hours of [-1, 1]) {
    const page = await openWeb(t, browser, app.base, { as: app.staff });
    await page.clock.install({ time: new Date(Date.now() + hours * 3_600_000) });
    await goToDoor(page, app);
    await page
      .getByText(/\d in$/)
      .first()
      .waitFor();
    assert.equal(await page.getByLabel('Show at this door').inputValue(), String(show));
    await typeAsScanner(page, ticket);
    await verdict(page, 'Already in').getByText(`Let in at ${noted?.time} by gate-2`).waitFor();
  }
});
