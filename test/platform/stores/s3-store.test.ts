import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Refusal } from '../../../src/platform/errors.ts';
import { createS3Store } from '../../../src/platform/stores/s3-store.ts';
import { startS3 } from '../../support/s3.ts';

const DAY_SECONDS = 86_400;
const KEY = 'profile-images/maya%40home%F0%9F%A6%8A_174.jpg';
const quiet = { warn: () => undefined, debug: () => undefined };
const refused = (error: unknown) =>
  error instanceof Refusal &&
  error.status === 503 &&
  error.code === 'STORE_UNAVAILABLE' &&
  Number(error.retryAfterSeconds) > 0;

test('an object is private, a link opens it for 24 hours, and deleting ends that', async (t) => {
  const s3 = await startS3(t);
  const store = await createS3Store(s3.settings, quiet);
  const bytes = randomBytes(3_000);
  const url = await store.put(KEY, bytes, 'image/jpeg');

  assert.equal(url, `${s3.settings.endpoint}/skyfox-test/${KEY}`);
  assert.deepEqual(s3.objects.get(KEY), { bytes, contentType: 'image/jpeg' });
  assert.equal((await fetch(url)).status, 403, 'the bare URL opens nothing');

  const link = await store.link(url, DAY_SECONDS);
  assert.ok(link);
  assert.ok(Math.abs(link.expiresAt.getTime() - Date.now() - DAY_SECONDS * 1_000) < 5_000);
  assert.equal(new URL(link.url).searchParams.get('X-Amz-Expires'), String(DAY_SECONDS));
  const opened = await fetch(link.url);
  assert.equal(opened.headers.get('content-type'), 'image/jpeg');
  assert.deepEqual(Buffer.from(await opened.arrayBuffer()), bytes);
  assert.equal((await fetch(link.url.replace('Expires=86400', 'Expires=86401'))).status, 403);

  await store.delete(url);
  await store.delete(url);
  assert.equal((await fetch(link.url)).status, 404);
});

test('a store under a path of its host is used as any other, Supabase Storage for one', async (t) => {
  const s3 = await startS3(t, 'pictures', '/storage/v1/s3');
  const store = await createS3Store(s3.settings, quiet);
  const bytes = randomBytes(30);
  const url = await store.put(KEY, bytes, 'image/jpeg');
  assert.equal(url, `${s3.settings.endpoint}/pictures/${KEY}`);
  const link = await store.link(url, DAY_SECONDS);
  const opened = await fetch(link?.url ?? '');
  assert.deepEqual(Buffer.from(await opened.arrayBuffer()), bytes);
  await store.delete(url);
  assert.equal((await fetch(link?.url ?? '')).status, 404);
});

test('a link that is over opens nothing', async (t) => {
  const s3 = await startS3(t);
  const store = await createS3Store(s3.settings, quiet);
  const link = await store.link(await store.put(KEY, randomBytes(9), 'image/jpeg'), 0);
  assert.equal((await fetch(link?.url ?? '')).status, 403);
});

test('an object of the same key is found in every form of its URL, and no other bucket is touched', async (t) => {
  const s3 = await startS3(t, 'sky.fox');
  const warnings: unknown[] = [];
  const log = { ...quiet, warn: (...line: unknown[]) => void warnings.push(line) };
  const store = await createS3Store(s3.settings, log);
  const key = 'profile-images/al#1?_1745.jpg';
  const ours = [
    `https://sky.fox.s3.ap-south-1.amazonaws.com/${key}`,
    `https://sky.fox.s3.amazonaws.com/${key}`,
    `https://sky.fox.s3-ap-south-1.amazonaws.com/${key}`,
    `https://sky.fox.s3.dualstack.ap-south-1.amazonaws.com/${key}`,
    `https://s3.cn-north-1.amazonaws.com.cn/sky.fox/${key}`,
    `https://s3.amazonaws.com/sky.fox/${key}`,
    `${s3.settings.endpoint}/sky.fox/${key}`,
  ];
  for (const url of ours) {
    await store.put(key, randomBytes(9), 'image/jpeg');
    assert.equal((await fetch((await store.link(url, 60))?.url ?? '')).status, 200, url);
    await store.delete(url);
    assert.equal(s3.objects.size, 0, url);
  }
  const theirs = [
    `https://other.s3.ap-south-1.amazonaws.com/${key}`,
    `https://skyxfox.s3.amazonaws.com/${key}`,
    `https://s3.amazonaws.com/other/sky.fox/${key}`,
    `https://sky.fox.evil.example/${key}`,
    `http://localhost:8080/pictures/${key}`,
    `${s3.settings.endpoint}/sky.fox/`,
    'https://sky.fox.s3.amazonaws.com/',
    'nonsense',
    '',
  ];
  const { requests } = s3;
  for (const url of theirs) {
    assert.equal(await store.link(url, 60), undefined, url);
    await store.delete(url);
  }
  assert.equal(s3.requests, requests);
  assert.equal(warnings.length, theirs.length, 'each URL left alone is logged');
});

test("at Amazon the URL is the bucket's own, and one with dots, which no certificate covers, is in path style", async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const hosts = {
    pics: 'pics.s3.ap-south-1.amazonaws.com/',
    'my.pics': 's3.ap-south-1.amazonaws.com/my.pics/',
  };
  for (const [bucket, host] of Object.entries(hosts)) {
    const store = await createS3Store({ bucket, region: 'ap-south-1', credentials }, quiet);
    const link = await store.link(`https://${host}profile-images/a_1.jpg`, 60);
    assert.ok(link?.url.startsWith(`https://${host}profile-images/a_1.jpg?`), link?.url);
  }
});

test('a store that refuses, breaks, cuts off, is silent or not there is a 503 with Retry-After', async (t) => {
  const s3 = await startS3(t);
  const store = await createS3Store({ ...s3.settings, timeoutMs: 300 }, quiet);
  const url = await store.put(KEY, randomBytes(9), 'image/jpeg');
  const faults: Record<string, NonNullable<typeof s3.fault>> = {
    refuses: (response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
    breaks: (response) => response.writeHead(500).end('oops'),
    'cuts off': (response) => response.destroy(),
    'is silent': () => undefined,
  };
  for (const [name, fault] of Object.entries(faults)) {
    s3.fault = fault;
    const { requests } = s3;
    await assert.rejects(store.put(KEY, randomBytes(9), 'image/jpeg'), refused, name);
    assert.ok(s3.requests - requests <= 3, `${name}: tried at most three times`);
    await assert.rejects(store.delete(url), refused, name);
  }
  const nowhere = { ...s3.settings, endpoint: 'http://127.0.0.1:1' };
  await assert.rejects((await createS3Store(nowhere, quiet)).put(KEY, randomBytes(9), 'image/jpeg'), refused);
});

test('a fault that passes is tried again', async (t) => {
  const s3 = await startS3(t);
  const store = await createS3Store(s3.settings, quiet);
  s3.fault = (response) => {
    s3.fault = undefined;
    response.writeHead(503).end();
  };
  await store.put(KEY, randomBytes(9), 'image/jpeg');
  assert.equal(s3.objects.size, 1);
});

test('wrong keys are the operator’s fault, not the customer’s', async (t) => {
  const s3 = await startS3(t);
  const credentials = { ...s3.settings.credentials, secretAccessKey: 'wrong' };
  const store = await createS3Store({ ...s3.settings, credentials }, quiet);
  await assert.rejects(store.put(KEY, randomBytes(9), 'image/jpeg'), refused);
  assert.equal(s3.objects.size, 0);
});
