// Needs chromium: the API page as a reader's browser draws it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromium, type Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

// A name that is not this machine's leads nowhere, as without the internet.
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost';
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', OFFLINE],
});
wholeFile.after(() => browser.close());
const app = await startApp(wholeFile);
const origin = app.base.replace('127.0.0.1', 'localhost');

type Operation = { summary: string; tags: string[] };
const { paths } = (await app.get('/openapi.json')).json as object as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

/** The page, opened as the README says, and all that it asked for and complained about since. */
async function openPage(t: { after(close: () => unknown): void }) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  t.after(() => page.close());
  page.setDefaultTimeout(20_000);
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${origin}/docs`);
  await page.getByRole('heading', { name: 'SkyFox Backend' }).waitFor();
  const isQuiet = () => {
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:')),
      [],
      'all requests stay with the server',
    );
    assert.deepEqual(complaints, []);
  };
  return { page, asked, isQuiet };
}

async function openGroups(page: Page): Promise<void> {
  const tags = new Set(operations.flatMap((operation) => operation.tags));
  for (const tag of tags) {
    const closed = page.getByRole('button', { name: `Open Group - ${tag}`, exact: true });
    if ((await closed.count()) > 0) await closed.click();
  }
}

/** Presses "Test Request" of a route as its reader does, sends what the page has filled in, and gives the answer. */
async function sendExample(page: Page, route: string) {
  await page.getByRole('button', { name: `Test Request (${route})` }).click();
  const answered = page.waitForResponse((response) => response.url().startsWith(origin));
  await page.getByRole('button', { name: /^Send (get|post) request/i }).click();
  const answer = await answered;
  const status = answer.status();
  await page.getByRole('link', { name: `${status} ${answer.statusText()}` }).waitFor();
  const json = (await answer.json()) as { data: { token?: string; id?: number } };
  await page.getByRole('button', { name: 'Close Client' }).last().click();
  return { status, json };
}

test('the page opens without the internet, under its name, and lists every route', async (t) => {
  const { page, asked, isQuiet } = await openPage(t);
  assert.equal(await page.title(), 'SkyFox Backend');
  await openGroups(page);
  const { length } = operations;
  assert.ok(length > 40, `${length} routes`);
  for (const { summary } of operations) {
    await page.getByRole('link', { name: summary }).first().waitFor();
  }
  assert.ok(asked.includes(`${origin}/openapi.json`));
  isQuiet();
});

test('nothing on the page leads to its makers’ services', async (t) => {
  const { page } = await openPage(t);
  for (const name of [/ask ai/i, /generate mcp/i, /developer tools/i, /open api client/i]) {
    assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
    assert.equal(await page.getByRole('link', { name }).count(), 0, String(name));
  }
});

test('a reader logs in with the example, takes the token along, and schedules a show with another', async (t) => {
  const { page, isQuiet } = await openPage(t);
  await openGroups(page);
  await page.getByRole('link', { name: 'Log in' }).click();
  const login = await sendExample(page, 'post /login');
  assert.equal(login.status, 200);

  await page.getByRole('link', { name: 'Introduction' }).click();
  await page
    .getByLabel('Bearer Token')
    .first()
    .fill(login.json.data.token ?? '');
  await page.getByRole('link', { name: 'Schedule a show' }).first().click();
  const made = await sendExample(page, 'post /show');
  assert.equal(made.status, 201);
  assert.equal(await app.count('show', `id = ${made.json.data.id}`), 1);
  isQuiet();
});
