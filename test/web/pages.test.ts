import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';

const assetsIn = (page: string) =>
  [...page.matchAll(/"(\/app\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

test('a browser gets the app under /app/: a page without inline script, and files that may be kept for ever', async (t) => {
  const app = await startApp(t);

  const page = await app.get('/app/');
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self'; /);
  assert.doesNotMatch(page.text, /<script(?![^>]* src=)|<style|style=| on\w+=/);

  const files = assetsIn(page.text);
  assert.ok(files.some((file) => file.endsWith('.js')) && files.some((file) => file.endsWith('.css')));
  for (const path of files) {
    const file = await app.get(path, { headers: { 'accept-encoding': 'gzip, br' } });
    assert.equal(file.status, 200, path);
    assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(file.headers.get('content-encoding'), 'br');
    assert.match(file.headers.get('vary') ?? '', /Accept-Encoding/);
    const etag = file.headers.get('etag') ?? '';
    const known = await app.get(path, { headers: { 'accept-encoding': 'br', 'if-none-match': etag } });
    assert.deepEqual([known.status, known.text], [304, '']);
    const plain = await app.get(path, { headers: { 'accept-encoding': 'identity' } });
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(plain.text, file.text);
    assert.notEqual(plain.headers.get('etag'), etag);
    const head = await app.call('HEAD', path, { headers: { 'accept-encoding': 'br' } });
    assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag]);
  }
});

/** Whether a program of esbuild's runs that this process has started. */
const isBuilding = () =>
  readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '))
    .filter(Boolean)
    .some((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('esbuild'));

test('the app is built once however many ask, again after a source has changed, and its builder does not stay', async (t) => {
  const app = await startApp(t);
  const pages = await Promise.all(Array.from({ length: 20 }, () => app.get('/app/')));
  assert.equal(new Set(pages.map(({ text }) => text)).size, 1);
  await eventually('the builder has ended', () => !isBuilding());

  const script = assetsIn(pages[0]?.text ?? '').find((path) => path.endsWith('.js')) ?? '';
  const [first, second] = [await app.get(script), await app.get(script)];
  assert.deepEqual([first.status, second.text], [200, first.text]);
  const now = new Date();
  utimesSync('web/tsconfig.json', now, now);
  utimesSync('web/customer.tsx', now, now);
  assert.equal((await app.get('/app/')).text, pages[0]?.text, 'the same sources give the same names');
  await eventually('the builder has ended again', () => !isBuilding());
});

test('the app’s own paths give its page, and what is not one of its files is not found', async (t) => {
  const app = await startApp(t);

  const page = await app.get('/app/');
  for (const path of ['/app/shows/7', '/app/bookings?tab=past', '/app/a%20b', '/app//x']) {
    const same = await app.get(path);
    assert.deepEqual([same.status, same.text], [200, page.text], path);
  }
  for (const path of [
    '/app/assets/customer.js',
    '/app/assets/',
    '/app/assets/..%2f..%2fpackage.json',
    '/app/assets/a/b',
    '/app/api',
    '/APP/',
  ]) {
    assert.equal((await app.get(path)).code, 'ROUTE_NOT_FOUND', path);
  }
  assert.equal((await app.post('/app/', { body: {} })).code, 'ROUTE_NOT_FOUND');
});

test('each part of the app is one script and one style sheet, and of the desk a script that its later pages share', async (t) => {
  const app = await startApp(t);
  const [customer, desk, door] = await Promise.all(
    ['/app/', '/app/desk/', '/app/door/'].map((path) => app.get(path)),
  );
  for (const [name, page] of Object.entries({ customer, desk, door })) {
    assert.ok(page?.status === 200, name);
    const files = assetsIn(page.text).map((path) => path.replace(/-[A-Z0-9]+\./, '.'));
    const shared = name === 'desk' ? ['/app/assets/part.js'] : [];
    assert.deepEqual(files.toSorted(), [`/app/assets/${name}.css`, `/app/assets/${name}.js`, ...shared]);
  }
  assert.equal((await app.get('/app/desk/bookings')).text, desk?.text);
});

test('GET / sends to the app only clients that prefer HTML', async (t) => {
  const app = await startApp(t);
  const front = (accept: string) => fetch(`${app.base}/`, { headers: { accept }, redirect: 'manual' });

  for (const accept of [
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'text/html',
    'text/*, application/json;q=0.5',
  ]) {
    const answer = await front(accept);
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, '/app/'], accept);
    assert.equal(answer.headers.get('vary'), 'Accept');
  }
  for (const accept of [
    '*/*',
    'application/json',
    'text/html, application/json',
    'text/html;q=0, */*',
    'text/html;q=0.5, */*',
    '',
    'q=1;;,',
  ]) {
    const answer = await front(accept);
    assert.equal(answer.status, 200, accept);
    assert.equal(answer.headers.get('vary'), 'Accept');
    assert.equal(((await answer.json()) as { name: string }).name, 'SkyFox Backend');
  }
});

test('with WEB_APP=off there is no app, no API under its path, and JSON at / for all', async (t) => {
  const app = await startApp(t, { env: { WEB_APP: 'off' } });
  for (const path of ['/app', '/app/', '/app/api/health']) {
    assert.equal((await app.get(path)).code, 'ROUTE_NOT_FOUND', path);
  }
  const front = await app.get('/', { headers: { accept: 'text/html' } });
  assert.deepEqual([front.status, front.headers.get('vary')], [200, null]);
});
