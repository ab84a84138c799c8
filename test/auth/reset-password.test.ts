import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepResetTokens } from '../../src/auth/auth.ts';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { faultyFields, logIn, PASSWORD, resetToken, signedUp } from '../customers/people.ts';

test('a reset token sets a new password once, and ends every session', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const reset_token = await resetToken(app, asha.email);
  const reset = (new_password: string) =>
    app.post('/forgot-password', { body: { email: asha.email, reset_token, new_password } });

  const reused = await reset(PASSWORD);
  assert.deepEqual([reused.status, reused.code], [400, 'PASSWORD_REUSE']);
  assert.equal((await reset('weak')).code, 'VALIDATION_ERROR');
  const right = await reset('Lantern@2026');
  assert.deepEqual([right.status, right.json['message']], [200, 'Password has been reset successfully']);
  const again = await reset('Compass@2026');
  assert.deepEqual([again.status, again.code], [400, 'INVALID_RESET_TOKEN']);
  assert.equal(again.json['message'], 'The reset token is invalid, expired, or has already been used');

  assert.equal((await app.get('/customer/profile', { as: asha })).code, 'INVALID_TOKEN');
  const old = await app.post('/login', { body: { username: asha.username, password: PASSWORD } });
  assert.equal(old.code, 'INVALID_CREDENTIALS');
  const token = await logIn(app, asha.username, 'Lantern@2026');
  assert.equal((await app.get('/customer/profile', { as: { token } })).status, 200);
});

test('what is wrong with a reset is told in order: fields, e-mail, token', async (t) => {
  const app = await startApp(t);
  const reset = (body: unknown) => app.post('/forgot-password', { body });
  assert.deepEqual(faultyFields(await reset({})), ['Email', 'ResetToken', 'NewPassword']);
  const nobody = { email: 'nobody@example.com', reset_token: 'x', new_password: 'Lantern@2026' };
  const unknown = await reset(nobody);
  assert.deepEqual([unknown.status, unknown.code], [404, 'USER_NOT_FOUND']);
  const mistyped = await reset({ ...nobody, reset_token: 5 });
  assert.deepEqual([mistyped.code, mistyped.json['message']], ['INVALID_REQUEST', 'Invalid request body']);
});

test('a wrong token costs the customer’s, and a new one the older', async (t) => {
  const app = await startApp(t);
  const { email } = await signedUp(app);
  const reset = (reset_token: string) =>
    app.post('/forgot-password', { body: { email, reset_token, new_password: 'Lantern@2026' } });
  const first = await resetToken(app, email);
  assert.equal((await reset('not the token')).code, 'INVALID_RESET_TOKEN');
  assert.equal((await reset(first)).code, 'INVALID_RESET_TOKEN');
  const second = await resetToken(app, email);
  const third = await resetToken(app, email);
  assert.equal((await reset(second)).code, 'INVALID_RESET_TOKEN');
  assert.equal((await reset(third)).code, 'INVALID_RESET_TOKEN', 'the second, wrong by now, has cost it');
});

test('what is kept of a token is no token', async (t) => {
  const app = await startApp(t);
  const { email } = await signedUp(app);
  await resetToken(app, email);
  const [row] = await app.rows<{ token: string }>('select token from password_reset_tokens');
  const body = { email, reset_token: row?.token, new_password: 'Lantern@2026' };
  assert.equal((await app.post('/forgot-password', { body })).code, 'INVALID_RESET_TOKEN');
});

test('a token lives for five minutes of the database’s clock, whatever zone that keeps', async (t) => {
  const app = await startApp(t);
  await app.rows(`do $$ begin
    execute format('alter database %I set timezone to ''Asia/Kolkata''', current_database());
  end $$`);
  const elsewhere = await startApp(t, { databaseUrl: app.databaseUrl });
  const { email } = await signedUp(elsewhere);
  const age = (seconds: number) =>
    app.rows(`update password_reset_tokens set expires_at = expires_at - interval '${seconds} seconds'`);
  const reset = (reset_token: string, new_password: string) =>
    elsewhere.post('/forgot-password', { body: { email, reset_token, new_password } });

  const young = await resetToken(elsewhere, email);
  await age(290);
  assert.equal((await reset(young, 'Lantern@2026')).status, 200);
  const old = await resetToken(elsewhere, email);
  await age(300);
  assert.equal((await reset(old, 'Compass@2026')).code, 'INVALID_RESET_TOKEN');
  const used = await resetToken(elsewhere, email);
  await app.rows('update password_reset_tokens set used = true');
  assert.equal((await reset(used, 'Compass@2026')).code, 'INVALID_RESET_TOKEN');
});

test('of 16 uses of one token one wins, and the history moves one step', async (t) => {
  const app = await startApp(t);
  for (let round = 0; round < 4; round += 1) {
    const { username, email } = await signedUp(app);
    const reset_token = await resetToken(app, email);
    const wishes = Array.from({ length: 16 }, (_, i) => `Lantern@${i}`);
    const answers = await Promise.all(
      wishes.map((new_password) =>
        app.post('/forgot-password', { body: { email, reset_token, new_password } }),
      ),
    );
    assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 1, INVALID_RESET_TOKEN: 15 });
    await logIn(app, username, wishes[answers.findIndex(({ status }) => status === 200)] ?? '');
    const [row] = await app.rows<{ version: number; earliest: string | null }>(`
      select session_version as version, previous_password_3 as earliest
      from usertable
      join password_history using (username)
      where username = '${username}'`);
    assert.deepEqual(row, { version: 1, earliest: null });
  }
});

test('a reset and a change at once leave one password, and nobody waits for the other for ever', async (t) => {
  const app = await startApp(t);
  for (let round = 0; round < 8; round += 1) {
    const asha = await signedUp(app);
    const reset_token = await resetToken(app, asha.email);
    const reset = { email: asha.email, reset_token, new_password: 'Lantern@2026' };
    const change = { current_password: PASSWORD, new_password: 'Compass@2026' };
    const answers = await Promise.all([
      app.post('/forgot-password', { body: reset }),
      app.post('/change-password', { as: asha, body: change }),
    ]);
    const codes = answers.map(({ code }) => code);
    const fair = [
      ['200', 'INCORRECT PASSWORD'],
      // The reset had ended the session before the change was looked at.
      ['200', 'INVALID_TOKEN'],
      ['INVALID_RESET_TOKEN', '200'],
    ];
    assert.ok(
      fair.some((outcome) => outcome.join() === codes.join()),
      codes.join(),
    );
    await logIn(app, asha.username, codes[0] === '200' ? 'Lantern@2026' : 'Compass@2026');
  }
});

test('reset tokens that are over are swept, and those that are not are left', async (t) => {
  const app = await startApp(t);
  await app.rows(`
    insert into password_reset_tokens (email, token, created_at, expires_at)
    select 'somebody' || n || '@example.com', 'x', now() at time zone 'utc',
      now() at time zone 'utc' + case when n <= 3 then interval '-1 second' else interval '5 minutes' end
    from generate_series(1, 5) n`);
  assert.equal(await sweepResetTokens(app.pool), 3);
  assert.equal(await app.count('password_reset_tokens'), 2);
});
