import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createTokens } from '../../src/auth/auth.ts';
import { startApp, JWT_SECRET, type TestApp } from '../support/app.ts';

const tokens = createTokens(JWT_SECRET);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inADay = () => Math.floor(Date.now() / 1_000) + 86_400;

/** A token made by hand, with or without knowledge of the secret. */
function forge(
  claims: object,
  { header = { alg: 'HS256', typ: 'JWT' }, secret = JWT_SECRET, hash = 'sha256' } = {},
) {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

test('a payload is read by a plain base64 decoder, whatever the name is', () => {
  for (const username of ['asha', 'ravi~>?~', 'ö?ß>', '名前～？', 'a'.repeat(30)]) {
    const [, payload = ''] = tokens.issue({ username, role: 'customer', version: 3 }).split('.');
    assert.doesNotMatch(payload, /[-_]/, 'no letter that base64 lacks');
    const claims = JSON.parse(atob(payload)) as Record<string, unknown>;
    assert.equal(claims['username'], username);
    assert.equal(claims['role'], 'customer');
    assert.ok(payload.length < 1_000, 'it fits into a cookie');
  }
});

test('a token of the reference, with three claims and the same secret, is good', async (t) => {
  const app = await startApp(t);
  const { username } = await app.customer();
  const token = forge({ username, role: 'customer', exp: inADay() });
  assert.equal((await app.get('/shows', { as: { token } })).status, 200);
});

test('whatever else is wrong with a token, it is Unauthorized', async (t) => {
  const app = await startApp(t);
  const { username, token } = await app.customer();
  const claims = { username, role: 'customer', exp: inADay() };
  const [head, payload, signature] = token.split('.');
  const wrong = {
    'another secret': forge(claims, { secret: 'another secret of somebody' }),
    'no algorithm': `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`,
    'another algorithm': forge(claims, { header: { alg: 'HS512', typ: 'JWT' }, hash: 'sha512' }),
    'no expiry': forge({ username, role: 'customer' }),
    'an expiry that is text': forge({ ...claims, exp: 'never' }),
    'an expiry that is past': forge({ ...claims, exp: inADay() - 90_000 }),
    nobody: forge({ ...claims, username: 'nobody-at-all' }),
    'a name that is no text': forge({ ...claims, username: 12 }),
    'a changed payload': `${head}.${part({ ...claims, role: 'admin' })}.${signature}`,
    'a cut signature': `${head}.${payload}.${signature?.slice(0, -2)}`,
    'a version that never was': forge({ ...claims, ver: 7 }),
    'no JSON': `${part({ alg: 'HS256' })}.e30x.${signature}`,
    'five megabytes': 'x'.repeat(9_000),
    'more letters than any of ours': forge({ ...claims, more: 'x'.repeat(4_096) }),
  };
  for (const [what, forged] of Object.entries(wrong)) {
    const answer = await app.get('/shows', { as: { token: forged } });
    assert.equal(answer.status, 401, what);
    assert.equal(answer.code, 'INVALID_TOKEN', what);
    assert.equal(answer.json['message'], 'Unauthorized', what);
  }
});

test('the header is named when it is absent, and when it is not Bearer and a token', async (t) => {
  const app = await startApp(t);
  const codeOf = async (authorization: string | undefined) =>
    (await app.get('/shows', authorization === undefined ? {} : { headers: { authorization } })).code;
  assert.equal(await codeOf(undefined), 'MISSING_AUTH_HEADER');
  for (const header of ['Token abc', 'Bearer', 'Bearer a b', 'abc']) {
    assert.equal(await codeOf(header), 'INVALID_TOKEN_FORMAT', header);
  }
});

test('the scheme may be written in any case, as HTTP has it', async (t) => {
  const app = await startApp(t);
  const { token } = await app.customer();
  for (const scheme of ['bearer', 'BEARER', 'bEaReR', 'Bearer']) {
    const { code } = await app.get('/shows', { headers: { authorization: `${scheme} ${token}` } });
    assert.equal(code, '200', scheme);
  }
});

const ruleOfTwoSeconds = async (app: TestApp, token: string, wanted: string) => {
  const endsAt = performance.now() + 2_000;
  let code = '';
  while (code !== wanted && performance.now() < endsAt)
    code = (await app.get('/revenue', { as: { token } })).code;
  assert.equal(code, wanted);
};

test('a role that was changed and a user who was deleted count within two seconds', async (t) => {
  const app = await startApp(t);
  const { username, token } = await app.customer();
  assert.equal((await app.get('/revenue', { as: { token } })).code, 'FORBIDDEN');

  await app.rows(`update usertable set role = 'admin' where username = '${username}'`);
  await ruleOfTwoSeconds(app, token, '200');

  await app.rows(`delete from customer_wallet where username = '${username}'`);
  await app.rows(`delete from usertable where username = '${username}'`);
  await ruleOfTwoSeconds(app, token, 'INVALID_TOKEN');
});
