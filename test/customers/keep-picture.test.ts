import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepPicture } from '../../src/customers/keep-picture.ts';
import { replacePicture } from '../../src/customers/queries.ts';
import { unavailable } from '../../src/platform/errors.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { storedPictures } from './people.ts';

const app = await startApp(wholeFile);
const { pool } = app.needs;
const kept = async (username: string, record: (url: string) => Promise<unknown>, needs = app.needs) =>
  keepPicture(needs, { username, picture: Buffer.from('a picture') }, record);

test('a picture whose recording was committed, although its answer was lost, stays', async () => {
  const { username } = await app.customer();
  const before = await storedPictures(app);
  const lost = kept(username, async (url) => {
    await replacePicture(pool, username, url);
    throw unavailable();
  });
  await assert.rejects(lost, { code: 'SERVICE_UNAVAILABLE' });
  assert.equal((await storedPictures(app)).length, before.length + 1);
});

test('a picture that was not recorded goes, whatever the customer had before', async () => {
  const { username } = await app.customer();
  await kept(username, async (url) => replacePicture(pool, username, url));
  const before = await storedPictures(app);
  for (const whose of [username, 'nobody-at-all'])
    await assert.rejects(
      kept(whose, () => Promise.reject(new Error('refused'))),
      /refused/,
    );
  assert.deepEqual(await storedPictures(app), before);
});

test('where nobody can look whether a picture is recorded, it stays, and the log says so', async () => {
  const { username } = await app.customer();
  const before = await storedPictures(app);
  const silent = { ...pool, run: () => Promise.reject(unavailable()) };
  const failed = kept(username, () => Promise.reject(new Error('no answer')), { ...app.needs, pool: silent });
  await assert.rejects(failed, /no answer/);
  assert.equal((await storedPictures(app)).length, before.length + 1);
  assert.match(app.lines.join(), /an unused picture is left in the store/);
});
