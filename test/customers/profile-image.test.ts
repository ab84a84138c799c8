import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { replacePicture } from '../../src/customers/queries.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ANSWER, faultyFields, pictureFields, signedUp, storedPictures } from './people.ts';

const blue = await sharp({ create: { width: 30, height: 90, channels: 3, background: '#005aa0' } })
  .webp()
  .toBuffer();
const wish = { security_answer: ANSWER, ...pictureFields(blue) };

test('a link opens the picture for 24 hours, and a new picture takes the place of the old one', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const link = await app.get('/customer/profile-image', { as: asha });
  assert.deepEqual([link.status, link.json['message']], [200, 'Presigned URL generated successfully']);
  const hours = (Date.parse(link.data['expires_at'] ?? '') - Date.now()) / 3_600_000;
  assert.ok(Math.abs(hours - 24) < 0.1);

  const answer = await app.post('/customer/update-profile-image', { as: asha, body: wish });
  assert.deepEqual([answer.status, answer.json['message']], [200, 'Profile image updated successfully']);
  assert.equal('data' in answer.json, false);
  assert.equal((await fetch(link.data['presigned_url'] ?? '')).status, 404, 'the old picture is gone');
  const fresh = await app.get('/customer/profile-image', { as: asha });
  const picture = await fetch(fresh.data['presigned_url'] ?? '');
  assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg']);
  assert.equal((await storedPictures(app)).length, 1);
});

test('a customer without a picture, or with a picture in another store, is told so', async (t) => {
  const app = await startApp(t);
  const imported = await app.customer();
  const answer = await app.get('/customer/profile-image', { as: imported });
  assert.deepEqual([answer.status, answer.code], [404, 'PROFILE_IMAGE_NOT_FOUND']);
  assert.equal(answer.json['message'], 'No profile image found for this user');
  await app.rows(
    "update customertable set profile_img = 'https://old.s3.amazonaws.com/profile-images/x.jpg'",
  );
  assert.equal((await app.get('/customer/profile-image', { as: imported })).code, 'PROFILE_IMAGE_NOT_FOUND');
});

test('a change of the picture is refused as at sign-up, and leaves the old one', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const before = await storedPictures(app);
  const update = (body: object) => app.post('/customer/update-profile-image', { as: asha, body });
  const nothing = await update({});
  assert.deepEqual(faultyFields(nothing), ['SecurityAnswer', 'ProfileImg', 'ProfileImgSHA']);
  for (const [code, fault] of [
    ['INVALID_SECURITY_ANSWER', { security_answer: 'Foxglove' }],
    ['INVALID_IMAGE', { profile_img: '***' }],
    ['INVALID_IMAGE_HASH', { profile_img_sha: '0'.repeat(64) }],
    ['INVALID_IMAGE', pictureFields(blue.subarray(0, 40))],
    ['FILE_TOO_LARGE', pictureFields(Buffer.alloc(5 * 1024 * 1024 + 1))],
  ] as const) {
    const answer = await update({ ...wish, ...fault });
    assert.deepEqual([answer.status, answer.code], [400, code]);
  }
  assert.deepEqual(await storedPictures(app), before);
});

test('of many changes at once one picture stays, and it is the recorded one', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => app.post('/customer/update-profile-image', { as: asha, body: wish })),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const [file = ''] = await storedPictures(app);
  assert.equal((await storedPictures(app)).length, 1);
  assert.ok((await recordedUrl(app, asha.username)).endsWith(`/${file}`));
});

test('pictures that are recorded together are each told another one to delete', async (t) => {
  const app = await startApp(t);
  const { username } = await app.customer();
  const urls = Array.from({ length: 60 }, (_, i) => `https://pictures.example/${i}.jpg`);
  const replaced = await Promise.all(urls.map((url) => replacePicture(app.needs.pool, username, url)));
  const gone = [...replaced.map((one) => one?.before ?? 'none'), await recordedUrl(app, username)];
  assert.deepEqual(gone.toSorted(), ['none', ...urls].toSorted());
});

test('where recording fails the new picture goes and the old one stays', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const before = await storedPictures(app);
  await app.rows(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
  await app.rows(
    'create trigger refuse before update on customertable for each row execute function refuse()',
  );
  const answer = await app.post('/customer/update-profile-image', { as: asha, body: wish });
  assert.equal(answer.code, 'INTERNAL_ERROR');
  assert.deepEqual(await storedPictures(app), before);
});

test('where the old picture cannot be deleted, the change stands and the log says so', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  // The local store cannot remove a folder, which is what stands under the old name now.
  const url = await recordedUrl(app, asha.username);
  await app.rows(`update customertable set profile_img = '${url.replace(/[^/]+$/, 'folder.jpg')}'`);
  await mkdir(join(app.dataDir, 'pictures', 'profile-images', 'folder.jpg'));
  const answer = await app.post('/customer/update-profile-image', { as: asha, body: wish });
  assert.equal(answer.status, 200);
  assert.match(app.lines.join(''), /an old picture is left in the store/);
});

const recordedUrl = async (app: TestApp, username: string): Promise<string> => {
  const [row] = await app.rows<{ url: string }>(
    `select profile_img as url from customertable where username = '${username}'`,
  );
  return row?.url ?? '';
};
