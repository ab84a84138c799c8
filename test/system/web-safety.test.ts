// Needs chromium: what others wrote, and where a card might stay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import {
  fillCard,
  holdSeats,
  openBrowser,
  openWeb,
  pressPay,
  signUp,
  ticketCode,
  webOf,
} from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);
const EVIL = '<img src=x onerror="window.attacked = true"><script>window.attacked = true</script>';

test('text from the movie service is text: no markup, no script, however long', async (t) => {
  const page = await openWeb(t, browser, app.base);
  await app.show({ days: 0, slotId: 4 });
  await page.route('**/app/api/programme*', async (route) => {
    const answer = await route.fetch();
    const json = (await answer.json()) as { data: { shows: { movie: Record<string, string> }[] } };
    for (const { movie } of json.data.shows) {
      Object.assign(movie, {
        name: EVIL,
        plot: `${EVIL}${'long '.repeat(1_000)}`,
        genre: EVIL,
        moviePoster: '',
      });
    }
    await route.fulfill({ response: answer, json });
  });
  await page.goto(`${web}/`);
  await page.getByRole('heading', { name: EVIL }).waitFor();
  await page.locator('.plot summary').click();
  assert.equal(await page.evaluate('window.attacked'), undefined);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
});

test('a poster’s address that is no picture’s becomes nothing but a drawn poster', async (t) => {
  const page = await openWeb(t, browser, app.base, {
    mayComplain: /Content Security Policy|^asked http:\/\/evil/,
  });
  await page.route('**/app/api/programme*', async (route) => {
    const answer = await route.fetch();
    const json = (await answer.json()) as { data: { shows: { movie: Record<string, string> }[] } };
    for (const { movie } of json.data.shows) movie['moviePoster'] = 'http://evil.example/pixel.png';
    await route.fulfill({ response: answer, json });
  });
  await page.goto(`${web}/`);
  await page.locator('.poster.drawn').first().waitFor();
});

test('a name in Arabic is shown as it is written, in its own direction', async (t) => {
  const visitor = await signUp(app, { name: 'ليلى حسن' });
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/profile`);
  const name = page.locator('.who strong');
  await name.getByText('ليلى حسن').waitFor();
  assert.equal(await name.evaluate((element) => element.matches(':dir(rtl)')), true);
});

test('after a purchase no store, no address and no history has the card', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/show/${await app.show()}`);
  await holdSeats(page, ['E5']);
  await fillCard(page);
  await pressPay(page);
  await ticketCode(page).waitFor();
  const kept = await page.evaluate(`JSON.stringify({
    session: { ...sessionStorage }, local: { ...localStorage }, state: history.state, url: location.href,
    cookie: document.cookie, page: document.documentElement.outerHTML,
  })`);
  assert.doesNotMatch(String(kept), /4242|1239|12\/39/);
  assert.deepEqual(await page.evaluate('indexedDB.databases()'), []);
  await page.goBack();
  assert.equal(await page.getByLabel('Card number').count(), 0);
});

test('no other page may frame the app, and no string becomes a script', async (t) => {
  const page = await openWeb(t, browser, app.base, {
    mayComplain: /TrustedHTML|Trusted Type|inline script|Content Security/,
  });
  const answer = await page.goto(`${web}/`);
  assert.match(String(answer?.headers()['content-security-policy']), /frame-ancestors 'none'/);
  const thrown = await page.evaluate(`(() => {
    try { document.body.innerHTML = '<b>x</b>'; return 'written'; } catch (error) { return error.name; }
  })()`);
  assert.equal(thrown, 'TypeError');
});

test('an address in the query leads nowhere after a login', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base, { as: visitor });
  await page.goto(`${web}/log-in?next=https://evil.example/&return=//evil.example`);
  await page.getByRole('heading', { name: 'What is on' }).waitFor();
  assert.equal(new URL(page.url()).origin, new URL(web).origin);
});
