import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type TestApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { faultyFields, logIn, PASSWORD, resetToken, signedUp } from '../customers/people.ts';

test('a password changes for a user who knows it, and the last three cannot come back', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const change = (current_password: string, new_password: string) =>
    app.post('/change-password', { as: asha, body: { current_password, new_password } });
  const passwords = [PASSWORD, 'Lantern@2026', 'Compass@2026', 'Meridian@2026'] as const;

  const wrong = await change('Wrong@2026', passwords[1]);
  assert.deepEqual([wrong.status, wrong.code], [400, 'INCORRECT PASSWORD']);
  assert.equal(wrong.json['message'], "Current password doesn't match user's password");
  assert.equal((await change(PASSWORD, PASSWORD)).code, 'PASSWORD_REUSE');

  for (const [i, next] of passwords.slice(1).entries()) {
    const answer = await change(passwords[i] ?? '', next);
    assert.deepEqual([answer.status, answer.json['message']], [200, 'Password updated successfully']);
    assert.equal('data' in answer.json, false);
  }
  for (const recent of passwords.slice(1)) {
    const answer = await change(passwords[3], recent);
    assert.equal(answer.code, 'PASSWORD_REUSE', recent);
    assert.equal(answer.json['message'], 'New password cannot match any of your previous passwords');
  }
  assert.equal((await change(passwords[3], passwords[0])).status, 200, 'the fourth is forgotten');
});

test('what is wrong with a change is told field by field, and a token is needed', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  assert.equal((await app.post('/change-password', { body: {} })).code, 'MISSING_AUTH_HEADER');
  const change = (body: unknown) => app.post('/change-password', { as: asha, body });
  assert.deepEqual(faultyFields(await change({})), ['CurrentPassword', 'NewPassword']);
  const long = await change({ current_password: `${PASSWORD}${'x'.repeat(72)}`, new_password: 'weak' });
  assert.deepEqual(faultyFields(long), ['CurrentPassword', 'NewPassword']);
  const mistyped = await change({ current_password: 5, new_password: 'Lantern@2026' });
  assert.deepEqual([mistyped.code, mistyped.json['message']], ['INVALID_REQUEST', 'Invalid request body']);
});

test('a change ends every session except its own, and open reset tokens', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const elsewhere = { token: await logIn(app, asha.username, PASSWORD) };
  const token = await resetToken(app, asha.email);
  const body = { current_password: PASSWORD, new_password: 'Lantern@2026' };
  assert.equal((await app.get('/customer/profile', { as: elsewhere })).status, 200);
  assert.equal((await app.post('/change-password', { as: asha, body })).status, 200);

  assert.equal((await app.get('/customer/profile', { as: asha })).status, 200);
  assert.equal((await app.get('/customer/profile', { as: elsewhere })).code, 'INVALID_TOKEN');
  const reset = { email: asha.email, reset_token: token, new_password: 'Compass@2026' };
  assert.equal((await app.post('/forgot-password', { body: reset })).code, 'INVALID_RESET_TOKEN');
  assert.equal(await app.count('password_reset_tokens'), 0);
  await logIn(app, asha.username, 'Lantern@2026');
});

test('staff change a password that no rule would let them choose', async (t) => {
  const app = await startApp(t);
  const admin = { token: await logIn(app, 'seed-user-1', 'foobar') };
  const body = { current_password: 'foobar', new_password: 'Lantern@2026' };
  assert.equal((await app.post('/change-password', { as: admin, body })).status, 200);
  await logIn(app, 'seed-user-1', 'Lantern@2026');
});

test('of many changes at once one counts, and the history stays straight', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  let current = PASSWORD;
  for (let round = 0; round < 5; round += 1) {
    const before = await passwordsOf(app, asha.username);
    const wishes = ['A', 'B', 'C', 'D', 'E', 'F'].map((letter) => `Harbour@${round}${letter}`);
    const answers = await Promise.all(
      wishes.map((new_password) =>
        app.post('/change-password', { as: asha, body: { current_password: current, new_password } }),
      ),
    );
    assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 1, 'INCORRECT PASSWORD': 5 });
    current = wishes[answers.findIndex(({ status }) => status === 200)] ?? '';
    const after = await passwordsOf(app, asha.username);
    assert.deepEqual(after.history.slice(1), before.history.slice(0, 2), 'one step, and nothing lost');
    assert.equal(after.history[0], after.inUse);
    await logIn(app, asha.username, current);
  }
});

test('a user whose history was never written is remembered from the change on', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  await app.rows('delete from password_history');
  const change = (current_password: string, new_password: string) =>
    app.post('/change-password', { as: asha, body: { current_password, new_password } });
  assert.equal((await change(PASSWORD, 'Lantern@2026')).status, 200);
  assert.equal((await change('Lantern@2026', PASSWORD)).code, 'PASSWORD_REUSE');
});

test('a hash that a login renews stays the newest of the history', async (t) => {
  const cheap = await startApp(t);
  const asha = await signedUp(cheap);
  const dear = await startApp(t, { databaseUrl: cheap.databaseUrl, env: { BCRYPT_COST: '5' } });
  await logIn(dear, asha.username, PASSWORD);
  const { inUse, history } = await passwordsOf(dear, asha.username);
  assert.match(inUse, /^\$2b\$05\$/);
  assert.deepEqual(history, [inUse, null, null]);
});

async function passwordsOf(app: TestApp, username: string) {
  const [row] = await app.rows<{ password: string; one: string; two: string | null; three: string | null }>(`
    select password, previous_password_1 as one, previous_password_2 as two, previous_password_3 as three
    from usertable
    join password_history using (username)
    where username = '${username}'`);
  return { inUse: row?.password ?? '', history: [row?.one, row?.two, row?.three] };
}
