// Needs chromium: a forgotten password, and what the page says when the time or the tries are used up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, PASSWORD, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const web = webOf(app);

async function answerQuestion(page: Page, email: string): Promise<void> {
  await page.goto(`${web}/recover`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Answer to your question').fill('Bluebell');
  await page.getByRole('button', { name: 'Check the answer' }).click();
  await page.getByLabel('New password').waitFor();
}

async function startAgain(page: Page): Promise<void> {
  await page.getByRole('alert').getByText('Start again').waitFor();
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.getByLabel('E-mail').waitFor();
}

test('a forgotten password is replaced with the answer to the question', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base);
  await page.goto(`${web}/recover`);
  await page.getByLabel('E-mail').fill(visitor.email);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Answer to your question').fill('wrong');
  await page.getByRole('button', { name: 'Check the answer' }).click();
  await page.getByText('The security answer provided is incorrect').waitFor();
  await page.getByLabel('Answer to your question').fill('Bluebell');
  await page.getByRole('button', { name: 'Check the answer' }).click();
  await page.getByLabel('New password').fill('Lantern@2027');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByLabel('Username').fill(visitor.username);
  await page.getByLabel('Password').fill('Lantern@2027');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('link', { name: 'Profile' }).waitFor();
});

test('an answer whose five minutes are over leads back to the beginning', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base);
  await page.clock.install();
  await answerQuestion(page, visitor.email);
  await page.clock.fastForward('04:50');
  await page
    .getByRole('main')
    .getByText(/^You have 0:\d\d for this/)
    .waitFor();
  await page.clock.fastForward('00:10');
  await startAgain(page);
});

test('an answer that the server no longer counts leads back to the beginning', async (t) => {
  const visitor = await signUp(app);
  const page = await openWeb(t, browser, app.base);
  await answerQuestion(page, visitor.email);
  // The same answer in another window: only the latest one counts.
  const again = { email: visitor.email, security_answer: 'Bluebell' };
  const latest = await app.post('/security-questions/verify-security-answer', { body: again });
  assert.equal(latest.status, 200, latest.text);
  await page.getByLabel('New password').fill('Lantern@2027');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await startAgain(page);
});

test('after too many tries the login says when to try again', async (t) => {
  const strict = await startApp(t, { env: { RATE_LIMIT_PER_ACCOUNT: '2' } });
  const visitor = await signUp(strict);
  const page = await openWeb(t, browser, strict.base);
  await page.goto(`${webOf(strict)}/log-in`);
  await page.getByLabel('Username').fill(visitor.username);
  const attempt = async (password: string, says: string | RegExp) => {
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText(says).waitFor();
  };
  for (let tries = 0; tries < 2; tries++) await attempt(`Wrong@20${tries}6`, /wrong|incorrect/i);
  await attempt(PASSWORD, /^Too many tries\. Wait [1-9]\d? seconds?, then try again\.$/);
  assert.equal(await page.getByLabel('Username').inputValue(), visitor.username);
});

test('the answer to the question does not stay in the page, and a profile that cannot be read can be left', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await page.goto(`${web}/profile`);
  const answer = page.getByLabel('Answer', { exact: true });
  await page.getByLabel('Name', { exact: true }).fill('Asha Menon');
  await answer.fill('Bluebell');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('main').getByText('Your details were changed.').waitFor();
  assert.equal(await answer.inputValue(), '');
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Asha Menon');
  await page.route('**/customer/profile', (route) => route.fulfill({ status: 503, json: {} }));
  await page.reload();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'What is on' }).waitFor();
});
