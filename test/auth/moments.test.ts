import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepEndedSessions, sweepResetTokens } from '../../src/auth/auth.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { freezeClock } from '../support/frozen-clock.ts';
import { resetToken, signedUp } from '../customers/people.ts';

const NOON = '2031-05-05T12:00:00.000Z';
const at = (seconds: number) => new Date(Date.parse(NOON) + seconds * 1_000).toISOString();
const clock = await freezeClock(wholeFile, NOON);
const app = await startApp(wholeFile, { databaseUrl: clock.databaseUrl });

test('a reset token is good for five minutes, and over at the moment of their end', async () => {
  for (const [seconds, code] of [
    [299.999, '200'],
    [300, 'INVALID_RESET_TOKEN'],
  ] as const) {
    await clock.set(NOON);
    const { email } = await signedUp(app);
    const reset_token = await resetToken(app, email);
    await clock.set(at(seconds));
    assert.equal(await sweepResetTokens(app.pool), code === '200' ? 0 : 1);
    const { code: answered } = await app.post('/forgot-password', {
      body: { email, reset_token, new_password: 'Lantern@2026' },
    });
    assert.equal(answered, code);
  }
});

test('a token that is over is nobody’s, also while it lies there', async () => {
  await clock.set(NOON);
  const { email } = await signedUp(app);
  const reset_token = await resetToken(app, email);
  await clock.set(at(300));
  const late = await app.post('/forgot-password', {
    body: { email, reset_token, new_password: 'Lantern@2026' },
  });
  assert.equal(late.code, 'INVALID_RESET_TOKEN');
});

test('an ended session is forgotten when its token has been over for an hour', async () => {
  const { username } = await app.customer();
  await app.script(
    `insert into ended_session (username, session_id, expires_at) values ('${username}', 'x', '${NOON}')`,
  );
  await clock.set(at(3_599.999));
  assert.equal(await sweepEndedSessions(app.pool), 0);
  await clock.set(at(3_600));
  assert.equal(await sweepEndedSessions(app.pool), 1);
});
