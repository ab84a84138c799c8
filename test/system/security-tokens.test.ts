import assert from 'node:assert/strict';
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { JWT_SECRET, startApp } from '../support/app.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1_000);
const HASHES: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** A token signed as its header says, by our secret unless another is given. */
function token(
  header: Record<string, unknown>,
  claims: object,
  secret: string | Buffer = JWT_SECRET,
): string {
  const signed = `${part(header)}.${part(claims)}`;
  const hash = HASHES[String(header['alg'])] ?? 'sha256';
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

test('a token that we have not signed, or not so, is nobody, however it is made', async (t) => {
  const app = await startApp(t);
  const { username, token: real } = await app.customer();
  const claims = { username, role: 'customer', exp: now() + 3_600 };
  const hs256 = { alg: 'HS256', typ: 'JWT' };
  const [header = '', payload = '', signature = ''] = real.split('.');
  const edited = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), role: 'admin' };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const rs256 = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const forged: Record<string, string> = {
    'no algorithm': `${part({ alg: 'none' })}.${part(claims)}.`,
    'no algorithm, with a signature': token({ alg: 'none' }, claims),
    'no algorithm, in other letters': `${part({ alg: 'nOnE' })}.${part(claims)}.`,
    'no signature': `${header}.${payload}.`,
    'two parts': `${header}.${payload}`,
    'HS384 with our secret': token({ alg: 'HS384' }, claims),
    'HS512 with our secret': token({ alg: 'HS512' }, claims),
    'HS256 in small letters': token({ alg: 'hs256' }, claims),
    'another secret': token(hs256, claims, `${JWT_SECRET}x`),
    'no secret': token(hs256, claims, ''),
    'RS256': `${rs256}.${createSign('sha256').update(rs256).sign(privateKey, 'base64url')}`,
    'a key that it brings along': token({ ...hs256, jwk: { kty: 'oct', k: 'AAAA' }, kid: '../../dev/null' }, claims, Buffer.from('AAAA', 'base64url')),
    'the public key as a secret': token(hs256, claims, String(pem)),
    'role edited': `${header}.${part(edited)}.${signature}`,
    'expired': token(hs256, { ...claims, exp: now() - 1 }),
    'never expires': token(hs256, { username, role: 'customer' }),
    'expires as text': token(hs256, { ...claims, exp: String(claims.exp) }),
    'not valid yet': token(hs256, { ...claims, nbf: now() + 600 }),
    'nobody of this name': token(hs256, { ...claims, username: 'nobody-of-this-name' }),
    'a name that is SQL': token(hs256, { ...claims, username: `' or '1'='1` }),
    'a name that is no text': token(hs256, { ...claims, username: { $ne: null } }),
    'no name': token(hs256, { role: 'admin', exp: claims.exp }),
    'a signature that goes on': `${real}A`,
    'a signature cut short': real.slice(0, -1),
    'spelled in plain base64': token(hs256, claims).replace(/\.[^.]+$/, (text) => `${text}=`),
    'another version of the user': token(hs256, { ...claims, ver: 7 }),
    'very long': token(hs256, { ...claims, x: 'x'.repeat(8_000) }),
  }; // prettier-ignore
  for (const [what, text] of Object.entries(forged)) {
    const { status, code } = await app.get('/customer/wallet', { as: { token: text } });
    assert.equal(`${status} ${code}`, '401 INVALID_TOKEN', what);
  }
  assert.equal((await app.get('/customer/wallet', { as: { token: real } })).code, '200');
  assert.equal(
    (await app.get('/customer/wallet', { as: { token: token(hs256, claims) } })).code,
    '200',
    'the reference’s own',
  );
});

test('a role is the database’s, whatever a token that we did sign says', async (t) => {
  const app = await startApp(t);
  const { username } = await app.customer();
  const asAdmin = { token: token({ alg: 'HS256' }, { username, role: 'admin', exp: now() + 3_600 }) };
  assert.equal((await app.get('/revenue', { as: asAdmin })).code, 'FORBIDDEN');
});

test('the header is a word and a token, and nothing else', async (t) => {
  const app = await startApp(t);
  const { token: real } = await app.customer();
  const ask = async (authorization: string) =>
    (await app.get('/customer/wallet', { headers: { authorization } })).code;
  for (const header of [real, `Basic ${real}`, `Token ${real}`, 'Bearer', `Bearer ${real} ${real}`]) {
    assert.equal(await ask(header), 'INVALID_TOKEN_FORMAT', header.slice(0, 20));
  }
  assert.equal(await ask(`Bearer ${real}, Bearer ${real}`), 'INVALID_TOKEN_FORMAT');
});
