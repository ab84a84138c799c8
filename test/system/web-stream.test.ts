// Needs chromium: the stream of a hall that is refused, hidden or silent. The page's clock is the test's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const [ann, ben] = [await signUp(app), await signUp(app)];
const EVENTS = '**/seat-map/events';
const TOO_MANY = {
  status: 429,
  json: { status: 'ERROR', code: 'RATE_LIMITED', message: 'x', request_id: 'r-1' },
};
const seat = (page: Page, number: string, state: string) =>
  page.getByRole('button', { name: new RegExp(`^${number}, .*, ${state}$`) });

/** A hall whose timers the test moves, and how many streams it has opened and lost. */
async function openHall(t: Parameters<typeof openWeb>[0], { isRefused = false } = {}) {
  const showId = await app.show();
  const page = await openWeb(t, browser, app.base, { as: ann });
  await page.clock.install();
  if (isRefused) await page.route(EVENTS, (route) => route.fulfill(TOO_MANY));
  const streams = { asked: 0, open: 0, lost: 0 };
  const polls: { etag: string | undefined; status: number }[] = [];
  const isStream = (url: string) => url.endsWith('/seat-map/events');
  page.on('request', (request) => void (isStream(request.url()) && streams.asked++));
  page.on('requestfailed', (request) => void (isStream(request.url()) && streams.lost++));
  page.on('response', (response) => {
    if (isStream(response.url()) && response.ok()) streams.open++;
    if (response.url().endsWith('/seat-map')) {
      polls.push({ etag: response.request().headers()['if-none-match'], status: response.status() });
    }
  });
  await page.goto(`${webOf(app)}/show/${showId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await eventually('the stream is answered', () => (isRefused ? streams.asked : streams.open) === 1);
  return { page, showId, streams, polls };
}

/** Hides the page as another tab in front of it does, or shows it again. */
const setHidden = (page: Page, isHidden: boolean) =>
  page.evaluate(`(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'));
  })()`);

test('where there are too many streams the map is polled with its ETag, and the stream is tried again', async (t) => {
  const { page, showId, streams, polls } = await openHall(t, { isRefused: true });
  await eventually('an unchanged map is asked for', async () => {
    await page.clock.fastForward(2_000);
    return polls.at(-1)?.status === 304;
  });
  assert.equal(streams.open, 0);
  await app.hold(ben, showId, ['A1']);
  await page.clock.fastForward(2_000);
  await seat(page, 'A1', 'taken').waitFor();
  const tags = polls.slice(2).map(({ etag }) => etag);
  assert.ok(tags.length > 0 && tags.every((etag) => /^(?:W\/)?"/.test(etag ?? '')), JSON.stringify(polls));

  await page.unroute(EVENTS);
  await eventually('the stream is open', async () => {
    await page.clock.fastForward(2_000);
    return streams.open === 1;
  });
  const before = polls.length;
  await app.hold(ben, showId, ['B1']);
  await seat(page, 'B1', 'held, may come back').waitFor();
  assert.equal(polls.length, before, 'nothing is polled beside the stream');
});

test('a page that is hidden closes its stream after ten seconds, and opens it when it is shown', async (t) => {
  const { page, showId, streams } = await openHall(t);
  await setHidden(page, true);
  await page.clock.fastForward(8_000);
  await setHidden(page, false);
  await page.clock.fastForward(8_000);
  assert.deepEqual(streams, { asked: 1, open: 1, lost: 0 }, 'a short look away keeps it');

  await setHidden(page, true);
  await page.clock.fastForward(10_000);
  await eventually('the stream is closed', () => streams.lost === 1);
  await app.hold(ben, showId, ['A1']);
  await page.clock.fastForward(20_000);
  await seat(page, 'A1', 'free').waitFor();
  assert.equal(streams.asked, 1, 'a hidden page does not connect again');

  await setHidden(page, false);
  await seat(page, 'A1', 'held, may come back').waitFor();
  assert.deepEqual(streams, { asked: 2, open: 2, lost: 1 });
});

test('a stream that is silent for 40 s is given up, and another one is opened', async (t) => {
  const { page, showId, streams } = await openHall(t);
  await page.clock.fastForward(35_000);
  assert.deepEqual(streams, { asked: 1, open: 1, lost: 0 });
  await page.route(EVENTS, (route) => route.abort());
  await page.clock.fastForward(6_000);
  await page.getByText(/^Reconnecting/).waitFor();
  await page.unroute(EVENTS);
  await eventually('another stream is open', async () => {
    await page.clock.fastForward(1_000);
    return streams.open === 2;
  });
  await page.getByText('Live', { exact: true }).waitFor();
  await app.hold(ben, showId, ['A1']);
  await seat(page, 'A1', 'held, may come back').waitFor();
});

test('the programme polls where there are too many streams, and what it polls is newer than the last event', async (t) => {
  const PROGRAMME = '**/programme/events';
  const page = await openWeb(t, browser, app.base);
  await page.clock.install();
  const showId = await app.show({ days: 2, slotId: 2 });
  await page.goto(`${webOf(app)}/`);
  await page.getByRole('navigation', { name: 'Day' }).getByRole('link').nth(2).click();
  await app.hold(ben, showId, ['A1', 'A2', 'A3']);
  await page.getByText('97 seats left').waitFor();
  await page.route(PROGRAMME, (route) => route.fulfill(TOO_MANY));
  await page.clock.fastForward(41_000);
  await page.getByText(/^Reconnecting/).waitFor();
  await app.hold(ben, showId, ['B1']);
  await eventually('what is polled is shown', async () => {
    await page.clock.fastForward(2_000);
    return page.getByText('96 seats left').isVisible();
  });
  assert.equal(await page.getByText(/^Reconnecting/).count(), 0, 'polling is as good as a stream');
});

test('the wall and the programme say how old their numbers are while no newer ones come', async (t) => {
  for (const path of ['/wall', '/']) {
    const page = await openWeb(t, browser, app.base, { mayComplain: /ERR_FAILED/ });
    await page.route('**/programme/events', (route) => route.abort());
    await page.goto(`${webOf(app)}${path}`);
    await page.getByText(/^Reconnecting. Seats as of \d/).waitFor();
    await page.unroute('**/programme/events');
    await page.getByText(/^Reconnecting/).waitFor({ state: 'detached' });
  }
});
