import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type TestApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { ANSWER, PASSWORD, signedUp } from '../customers/people.ts';

const limited = (perAccount: number, perAddress = 300, more = {}) => ({
  env: {
    RATE_LIMIT_PER_ACCOUNT: String(perAccount),
    RATE_LIMIT_PER_ADDRESS: String(perAddress),
    TRUST_PROXY: '1',
    ...more,
  },
});
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const login = (app: TestApp, username: string, password: string, address = '10.0.0.1') =>
  app.post('/login', { body: { username, password }, ...from(address) });
const repeat = async (times: number, ask: () => Promise<{ code: string }>) => {
  const codes: string[] = [];
  for (let i = 0; i < times; i += 1) codes.push((await ask()).code);
  return tally(codes);
};

test('after ten wrong passwords an account is closed to that address, to no other, and to no other account', async (t) => {
  const app = await startApp(t, limited(10));
  const [asha, other] = [await signedUp(app), await signedUp(app)];
  const wrong = () => login(app, asha.username, 'Wrong@2026');
  assert.deepEqual(await repeat(12, wrong), { INVALID_CREDENTIALS: 10, RATE_LIMITED: 2 });
  const refused = await login(app, asha.username, PASSWORD);
  assert.deepEqual([refused.status, refused.code], [429, 'RATE_LIMITED']);
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds > 50 && seconds <= 60, `${seconds} seconds`);

  assert.equal((await login(app, asha.username, PASSWORD, '10.0.0.2')).status, 200);
  assert.equal((await login(app, other.username, PASSWORD)).status, 200);
});

test('a whole network of IPv6 counts as one address', async (t) => {
  const app = await startApp(t, limited(4));
  let host = 0;
  const wrong = () => login(app, 'nobody', 'Wrong@2026', `2001:db8:0:7::${(++host).toString(16)}`);
  assert.deepEqual(await repeat(6, wrong), { INVALID_CREDENTIALS: 4, RATE_LIMITED: 2 });
  assert.equal((await login(app, 'nobody', 'Wrong@2026', '2001:db8:0:8::1')).code, 'INVALID_CREDENTIALS');
});

test('an address that nobody vouches for cannot be made up', async (t) => {
  const app = await startApp(t, limited(4, 300, { TRUST_PROXY: '' }));
  let host = 0;
  const wrong = () => login(app, 'nobody', 'Wrong@2026', `10.9.9.${++host}`);
  assert.deepEqual(await repeat(6, wrong), { INVALID_CREDENTIALS: 4, RATE_LIMITED: 2 });
});

test('guesses that come together do not pass the limit, and a right guess is not refused for them', async (t) => {
  const app = await startApp(t, limited(5));
  const { username } = await signedUp(app);
  const right = await Promise.all(Array.from({ length: 30 }, () => login(app, username, PASSWORD)));
  assert.deepEqual(tally(right.map(({ code }) => code)), { 200: 30 });
  const wrong = await Promise.all(Array.from({ length: 30 }, () => login(app, username, 'Wrong@2026')));
  assert.deepEqual(tally(wrong.map(({ code }) => code)), { INVALID_CREDENTIALS: 5, RATE_LIMITED: 25 });
});

test('an address is limited over all accounts', async (t) => {
  const app = await startApp(t, limited(100, 8));
  const asha = await signedUp(app);
  let count = 0;
  assert.deepEqual(await repeat(10, () => login(app, `nobody${++count}`, 'Wrong@2026')), {
    INVALID_CREDENTIALS: 8,
    RATE_LIMITED: 2,
  });
  assert.equal((await login(app, asha.username, PASSWORD)).code, 'RATE_LIMITED');
  assert.equal((await login(app, asha.username, PASSWORD, '10.0.0.2')).status, 200);
  const stranger = { email: 'nobody@example.com', security_answer: ANSWER };
  const verify = () => app.post('/verify-security-answer', { body: stranger, ...from('10.0.0.3') });
  assert.deepEqual(await repeat(10, verify), { USER_NOT_FOUND: 8, RATE_LIMITED: 2 });
});

test('a wrong current password counts as a failed login', async (t) => {
  const app = await startApp(t, limited(4));
  const asha = await signedUp(app);
  const body = { current_password: 'Wrong@2026', new_password: 'Lantern@2026' };
  const change = () => app.post('/change-password', { as: asha, body, ...from('10.0.0.1') });
  assert.deepEqual(await repeat(5, change), { 'INCORRECT PASSWORD': 4, RATE_LIMITED: 1 });
  assert.equal((await login(app, asha.username, PASSWORD)).code, 'RATE_LIMITED');
});

test('a wrong answer at a change of the profile counts as a wrong answer', async (t) => {
  const app = await startApp(t, limited(4));
  const asha = await signedUp(app);
  const profile = { name: asha.name, email: asha.email, phone_number: asha.number };
  const change = (security_answer: string) =>
    app.post('/customer/update-profile', {
      as: asha,
      body: { ...profile, security_answer },
      ...from('10.0.0.1'),
    });
  const verify = (security_answer: string) =>
    app.post('/verify-security-answer', {
      body: { email: asha.email, security_answer },
      ...from('10.0.0.1'),
    });
  assert.deepEqual(await repeat(2, () => change('Foxglove')), { INVALID_SECURITY_ANSWER: 2 });
  assert.deepEqual(await repeat(3, () => verify('Foxglove')), { INVALID_ANSWER: 2, RATE_LIMITED: 1 });
  assert.equal((await change(ANSWER)).code, 'RATE_LIMITED');
  assert.equal((await login(app, asha.username, PASSWORD)).status, 200, 'logins are counted by themselves');
});

test('a wrong reset token counts, a right one does not', async (t) => {
  const app = await startApp(t, limited(4));
  const { email } = await signedUp(app);
  const body = { email, reset_token: 'x', new_password: 'Lantern@2026' };
  const reset = () => app.post('/forgot-password', { body, ...from('10.0.0.1') });
  assert.deepEqual(await repeat(6, reset), { INVALID_RESET_TOKEN: 4, RATE_LIMITED: 2 });
});

test('an account takes twenty wrong answers an hour, from wherever they come', async (t) => {
  const app = await startApp(t, limited(5));
  const { email } = await signedUp(app);
  let host = 0;
  const verify = (security_answer: string) =>
    app.post('/verify-security-answer', { body: { email, security_answer }, ...from(`10.1.1.${++host}`) });
  assert.deepEqual(await repeat(22, () => verify('Foxglove')), { INVALID_ANSWER: 20, RATE_LIMITED: 2 });
  const refused = await verify(ANSWER);
  assert.equal(refused.code, 'RATE_LIMITED');
  assert.ok(Number(refused.headers.get('retry-after')) > 3_500);
});

test('0 is off, for the hourly limit as well', async (t) => {
  const app = await startApp(t, limited(0, 0));
  const { username, email } = await signedUp(app);
  assert.deepEqual(await repeat(25, () => login(app, username, 'Wrong@2026')), { INVALID_CREDENTIALS: 25 });
  const body = { email, security_answer: 'Foxglove' };
  assert.deepEqual(await repeat(25, () => app.post('/verify-security-answer', { body })), {
    INVALID_ANSWER: 25,
  });
});
