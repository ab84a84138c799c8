import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { StartFault } from '../../../src/platform/errors.ts';
import { createLocalStore, pictureRoutes } from '../../../src/platform/stores/local-store.ts';
import { createEdge, guardEdge } from '../../../src/platform/http/edge.ts';
import { createServer } from '../../../src/platform/http/server.ts';
import { collectFaults } from '../../support/faults.ts';

const KEY = 'profile-images/maya%40home%2F..%F0%9F%A6%8A_174.jpg';
const MINUTE = 60;

async function start(t: TestContext) {
  const top = await mkdtemp(join(tmpdir(), 'pictures-'));
  t.after(() => rm(top, { recursive: true }));
  const folder = join(top, 'pictures');
  const warnings: unknown[] = [];
  const log = { warn: (...line: unknown[]) => void warnings.push(line) };
  const settings = { folder, publicUrl: 'https://films.example/api/', secret: 'a secret' };
  const store = createLocalStore(settings, log);
  const app = createServer({
    faults: collectFaults().faults,
    logger: pino({ level: 'silent' }),
    trustProxy: false,
    identify: () => Promise.reject(new Error('asked who it is')),
  });
  guardEdge(app, createEdge({ apiGatewayKey: 'gateway key', corsOrigins: '*' }));
  pictureRoutes(app, { store });
  t.after(() => app.close());
  const get = (url: string) => app.inject({ url: url.replace('https://films.example/api', '') });
  return { top, folder, store, settings, log, warnings, get };
}

test('a picture is private, a link opens it without key or token, and deleting ends that', async (t) => {
  const { folder, store, get } = await start(t);
  const bytes = randomBytes(2_000);
  const url = await store.put(KEY, bytes, 'image/jpeg');
  assert.equal(url, `https://films.example/api/pictures/${KEY}`);
  assert.deepEqual(await readFile(join(folder, KEY)), bytes);
  assert.equal((await get(url)).statusCode, 403);

  const link = await store.link(url, MINUTE);
  assert.ok(link && Math.abs(link.expiresAt.getTime() - Date.now() - 60_000) < 5_000);
  const answer = await get(link.url);
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.rawPayload, bytes);
  assert.equal(answer.headers['content-type'], 'image/jpeg');
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.match(String(answer.headers['cache-control']), /^no-store$/);

  await store.delete(url);
  await store.delete(url);
  const gone = await get(link.url);
  assert.deepEqual([gone.statusCode, gone.json().code], [404, 'PICTURE_NOT_FOUND']);
});

test('a forged, altered, borrowed or expired link opens nothing', async (t) => {
  const { store, get, settings, log } = await start(t);
  const url = await store.put(KEY, randomBytes(9), 'image/jpeg');
  const other = await store.put('profile-images/other_1.jpg', randomBytes(9), 'image/jpeg');
  const link = (await store.link(url, MINUTE))?.url ?? '';
  const [path = '', query = ''] = link.split('?');
  const elsewhere = createLocalStore({ ...settings, secret: 'another secret' }, log);
  const bad = [
    path,
    `${path}?expires=&signature=`,
    link.replace(/expires=\d/, 'expires=9'),
    link.replace(/expires=/, 'expires=0'),
    link.slice(0, -3),
    `${other}?${query}`,
    (await elsewhere.link(url, MINUTE))?.url ?? '',
    (await store.link(url, 0))?.url ?? '',
    (await store.link(url, -1))?.url ?? '',
  ];
  for (const url of bad) {
    const answer = await get(url);
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'FORBIDDEN'], url);
  }
  assert.equal((await get(link)).statusCode, 200);
});

test('no key, URL or link leads out of the folder', async (t) => {
  const { top, store, get, warnings } = await start(t);
  const secret = join(top, 'secret');
  await writeFile(secret, 'kept');
  const climbs = [
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    'a//b',
    './a',
    '..',
    'a\\..\\b',
    'a\0b',
    'a\nb',
    '',
  ];
  for (const key of climbs) {
    await assert.rejects(store.put(key, randomBytes(9), 'image/jpeg'), /not a key/, key);
    const url = `https://films.example/api/pictures/${key}`;
    assert.equal(await store.link(url, MINUTE), undefined, key);
    await store.delete(url);
    assert.match(String((await get(`/pictures/${encodeURIComponent(key)}`)).statusCode), /^40[34]$/, key);
  }
  assert.equal(await readFile(secret, 'utf8'), 'kept');
  assert.deepEqual(await readdir(top), ['secret']);
  assert.equal(warnings.length, climbs.length);
});

test('what another store holds is left alone, what was recorded under another PUBLIC_URL is found', async (t) => {
  const { store, warnings } = await start(t);
  const theirs = 'https://skyfox.s3.ap-south-1.amazonaws.com/profile-images/a_1.jpg';
  assert.equal(await store.link(theirs, MINUTE), undefined);
  await store.delete(theirs);
  assert.equal(warnings.length, 1);
  const link = await store.link('http://localhost:8080/pictures/profile-images/a_1.jpg', MINUTE);
  assert.ok(link?.url.startsWith('https://films.example/api/pictures/profile-images/a_1.jpg?'));
});

test('an overwritten picture leaves no draft behind, and a folder that cannot be written is a 503', async (t) => {
  const { top, folder, store, settings, log } = await start(t);
  await store.put('a/b.jpg', randomBytes(9), 'image/jpeg');
  await store.put('a/b.jpg', randomBytes(9), 'image/jpeg');
  assert.deepEqual(await readdir(join(folder, 'a')), ['b.jpg']);
  await writeFile(join(top, 'file'), '');
  const broken = createLocalStore({ ...settings, folder: join(top, 'file') }, log);
  await assert.rejects(broken.put('a/b.jpg', randomBytes(9), 'image/jpeg'), {
    status: 503,
    code: 'STORE_UNAVAILABLE',
  });
});

test('a PUBLIC_URL that leaves no room for a key stops the start', () => {
  const publicUrl = `https://${'long.'.repeat(40)}example`;
  assert.throws(
    () => createLocalStore({ folder: '/', publicUrl, secret: 's' }, { warn: () => undefined }),
    StartFault,
  );
});
