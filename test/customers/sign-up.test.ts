import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import sharp from 'sharp';
import { startApp, type TestApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { ANSWER, application, pictureFields, sha256, signedUp, storedPictures } from './people.ts';

test('a sign-up makes user, history, customer, wallet and picture', async (t) => {
  const app = await startApp(t);
  const body = application({ name: ' maya of the hills ' });
  const answer = await app.post('/customer/signup', { body });
  assert.equal(answer.status, 201);
  const { message, status, data } = answer.json;
  assert.deepEqual([message, status], ['User registered successfully', 'SUCCESS']);
  assert.deepEqual(data, { username: body.username, name: 'Maya Of The Hills' });
  const [row] = await app.rows<Record<string, unknown>>(`
    select usertable.role, customertable.name, customertable.email, customertable.number, balance::text,
      password = previous_password_1 as remembered,
      password like '$2b$%' and security_answer_hash like '$2b$%' as hashed
    from usertable
    join customertable using (username)
    join password_history using (username)
    join customer_wallet using (username)
    where username = '${body.username}'`);
  assert.deepEqual(row, {
    role: 'customer',
    name: 'Maya Of The Hills',
    email: body.email,
    number: body.number,
    balance: '0.00',
    remembered: true,
    hashed: true,
  });
  const [file = ''] = await storedPictures(app);
  assert.match(file, new RegExp(`^${body.username}_\\d+\\.jpg$`));
  const { format, width, height } = await sharp(
    await readFile(join(app.dataDir, 'pictures', 'profile-images', file)),
  ).metadata();
  assert.deepEqual([format, width, height], ['jpeg', 64, 64]);
});

test('a sign-up is refused for the first of its faults, in the order of the contract', async (t) => {
  const app = await startApp(t);
  const { username, email, number } = await signedUp(app);
  const text = Buffer.from('this is not a picture');
  const large = Buffer.alloc(5 * 1024 * 1024 + 1);
  const faults: [string, Record<string, unknown>][] = [
    ['FILE_TOO_LARGE', pictureFields(large)],
    ['INVALID_IMAGE', pictureFields(text)],
    ['INVALID_IMAGE_HASH', { profile_img: text.toString('base64'), profile_img_sha: '0'.repeat(64) }],
    ['INVALID_IMAGE', { profile_img: '***' }],
    ['INVALID_SECURITY_QUESTION', { security_question_id: 999 }],
    ['MOBILENUMBER_EXISTS', { number }],
    ['EMAIL_EXISTS', { email }],
    ['USERNAME_EXISTS', { username }],
    ['MISSING_PROFILE_IMAGE', { profile_img_sha: '' }],
    ['VALIDATION_ERROR', { security_answer: 'ab' }],
    ['INVALID_REQUEST', { security_question_id: 'one' }],
  ];
  const wrong = {};
  for (const [code, fault] of faults) {
    Object.assign(wrong, fault);
    const answer = await app.post('/customer/signup', { body: application(wrong) });
    assert.deepEqual([answer.status, answer.code], [400, code], JSON.stringify(fault).slice(0, 80));
  }
  assert.equal(await app.count('customertable'), 1, 'a refused sign-up leaves nothing behind');
  assert.equal((await storedPictures(app)).length, 1);
});

test('question ids that no question can have are unknown, not a fault', async (t) => {
  const app = await startApp(t);
  for (const id of [-1, 3_000_000_000, Number.MAX_SAFE_INTEGER]) {
    const answer = await app.post('/customer/signup', { body: application({ security_question_id: id }) });
    assert.deepEqual([answer.status, answer.code], [400, 'INVALID_SECURITY_QUESTION'], String(id));
  }
});

test('a body that is no JSON object, or has a value of a wrong type, is INVALID_REQUEST', async (t) => {
  const app = await startApp(t);
  for (const raw of ['', '[]', '"x"', '{', '{} {}', JSON.stringify(application({ name: 5 }))]) {
    const answer = await app.post('/customer/signup', { raw, headers: { 'content-type': 'text/plain' } });
    assert.deepEqual([answer.code, answer.json['message']], ['INVALID_REQUEST', 'Invalid request data'], raw);
  }
});

test('a form answers like JSON', async (t) => {
  const app = await startApp(t);
  const { profile_img, profile_img_sha, ...fields } = application();
  const file = Buffer.from(profile_img, 'base64');

  const missing = await app.post('/customer/signup', { raw: form(fields) });
  assert.equal(missing.code, 'MISSING_PROFILE_IMAGE');
  const empty = await app.post('/customer/signup', {
    raw: form({ ...fields, profile_img_sha }, Buffer.alloc(0)),
  });
  assert.equal(empty.code, 'MISSING_PROFILE_IMAGE');
  const hashless = await app.post('/customer/signup', { raw: form(fields, file) });
  assert.equal(hashless.code, 'MISSING_PROFILE_IMAGE');

  const wrong = { name: 'A1', username: '', security_question_id: '', security_answer: 'ab' };
  const asForm = await app.post('/customer/signup', {
    raw: form({ ...fields, ...wrong, profile_img_sha }, file),
  });
  const inJson = { ...fields, ...wrong, security_question_id: null };
  const asJson = await app.post('/customer/signup', { body: application(inJson) });
  assert.equal(asForm.code, 'VALIDATION_ERROR');
  assert.deepEqual(asForm.json['errors'], asJson.json['errors']);

  const mistyped = { ...fields, security_question_id: 'one', profile_img_sha };
  assert.equal((await app.post('/customer/signup', { raw: form(mistyped, file) })).code, 'INVALID_REQUEST');
  const otherwise = { ...fields, profile_img_sha: '0'.repeat(64) };
  assert.equal(
    (await app.post('/customer/signup', { raw: form(otherwise, file) })).code,
    'INVALID_IMAGE_HASH',
  );
  const unknown = { ...fields, security_question_id: '999', profile_img_sha };
  assert.equal(
    (await app.post('/customer/signup', { raw: form(unknown, file) })).code,
    'INVALID_SECURITY_QUESTION',
  );

  const right = await app.post('/customer/signup', { raw: form({ ...fields, profile_img_sha }, file) });
  assert.equal(right.status, 201);
  assert.deepEqual(right.data, { username: fields.username, name: 'Asha Rao' });
});

test('a sign-up and a change of the picture take what a browser reads of a file', async (t) => {
  const app = await startApp(t);
  const { profile_img, profile_img_sha } = application();
  const dataUrl = `data:image/png;base64,${profile_img}`;
  const asha = await signedUp(app, { profile_img: dataUrl });
  const unpadded = Buffer.from(profile_img, 'base64').toString('base64url');
  const answer = await app.post('/customer/update-profile-image', {
    as: asha,
    body: { security_answer: ANSWER, profile_img: unpadded, profile_img_sha },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(
    (await app.post('/customer/signup', { raw: form(application({ profile_img: dataUrl })) })).status,
    201,
  );
});

test('a form may bring the picture as base64 text as well', async (t) => {
  const app = await startApp(t);
  const answer = await app.post('/customer/signup', { raw: form(application()) });
  assert.equal(answer.status, 201, answer.text);
});

test('a file over 5 MiB, a body over 10 MiB and a broken form are refused', async (t) => {
  const app = await startApp(t);
  const { profile_img: _, ...fields } = application();
  const large = Buffer.alloc(6 * 1024 * 1024, 1);
  const answer = await app.post('/customer/signup', {
    raw: form({ ...fields, profile_img_sha: sha256(large) }, large),
  });
  assert.deepEqual([answer.status, answer.code], [400, 'FILE_TOO_LARGE']);

  for (const length of ['told', 'not told'] as const) {
    const huge = await send(app, form(fields, Buffer.alloc(11 * 1024 * 1024)), length);
    assert.deepEqual(huge, [413, 'PAYLOAD_TOO_LARGE'], `its length ${length}`);
  }

  for (const [type, raw] of [
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAsha'],
    ['multipart/form-data; boundary=b', 'nothing of the kind'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n1\r\n--b--',
    ],
  ] as const) {
    const broken = await app.post('/customer/signup', { raw, headers: { 'content-type': type } });
    assert.deepEqual([broken.status, broken.code], [400, 'INVALID_REQUEST'], raw);
  }
});

test('of 32 who sign up under one name, one gets it, and no picture of the others is left', async (t) => {
  const app = await startApp(t);
  const answers = await together(app, 32, { username: 'wanted' });
  assert.deepEqual(tally(answers), { 201: 1, USERNAME_EXISTS: 31 });
  assert.equal(await app.count('customertable'), 1);
  assert.equal(await app.count('customer_wallet'), 1);
  assert.equal((await storedPictures(app)).length, 1);
});

test('of 8 who sign up with one e-mail, or one number, one does, and nobody becomes half a customer', async (t) => {
  const app = await startApp(t);
  const staff = await app.count('usertable');
  assert.deepEqual(tally(await together(app, 8, { email: 'one@example.com' })), { 201: 1, EMAIL_EXISTS: 7 });
  assert.deepEqual(tally(await together(app, 8, { number: '9123456789' })), {
    201: 1,
    MOBILENUMBER_EXISTS: 7,
  });
  for (const table of ['usertable', 'password_history']) {
    assert.equal(await app.count(table), staff + 2, `no ${table} row without a customer`);
  }
  assert.equal((await storedPictures(app)).length, 2);
});

test('a sign-up that the database cannot finish takes its picture away again', async (t) => {
  const app = await startApp(t);
  await app.rows(`alter table customer_wallet add constraint nobody check (username <> 'nobody')`);
  const answer = await app.post('/customer/signup', { body: application({ username: 'nobody' }) });
  assert.deepEqual([answer.status, answer.code], [500, 'INTERNAL_ERROR']);
  assert.equal(await app.count('usertable', `username = 'nobody'`), 0);
  assert.deepEqual(await storedPictures(app), []);
});

const together = async (app: TestApp, howMany: number, same: Record<string, unknown>) => {
  const wishes = Array.from({ length: howMany }, () => application(same));
  const answers = await Promise.all(wishes.map((body) => app.post('/customer/signup', { body })));
  return answers.map(({ code }) => code);
};

function form(fields: Record<string, unknown>, file?: Buffer): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, String(value));
  if (file) data.append('profile_img', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'me.png');
  return data;
}

/** Reads the answer also where it comes before the body is through, which fetch does not. */
async function send(app: TestApp, data: FormData, length: 'told' | 'not told'): Promise<[number?, string?]> {
  const { body, headers } = new Response(data);
  const bytes = await new Response(body).bytes();
  const asked = request(`${app.base}/customer/signup`, {
    method: 'POST',
    headers: {
      'content-type': headers.get('content-type') ?? '',
      ...(length === 'told' ? { 'content-length': bytes.length } : { 'transfer-encoding': 'chunked' }),
    },
  });
  asked.end(bytes);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return [answer.statusCode, ((await json(answer)) as { code: string }).code];
}
