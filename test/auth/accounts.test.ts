import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import pg from 'pg';
import { insertUser } from '../../src/auth/auth.ts';
import { migrate } from '../../src/platform/migrations/migrations.ts';
import { application, logIn, PASSWORD, resetToken, signedUp } from '../customers/people.ts';
import { JWT_SECRET, startApp, type TestApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { emptyDatabase } from '../support/schema.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const DAY = 86_400;

/** A token without an account's key, as the reference issues them, or an earlier version of this program. */
function keyless(username: string, more: object = {}) {
  const claims = { username, role: 'customer', exp: inSeconds(DAY), ...more };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}

const codeFor = async (app: TestApp, token: string) =>
  (await app.get('/customer/profile', { as: { token } })).code;

/** Tokens of all kinds that open the account now; the last by way of the session that changed the password. */
async function tokensOf(app: TestApp, { username, token }: { username: string; token: string }) {
  const tokens: Record<string, string> = {
    'of the reference': keyless(username),
    'of the reference, with an hour left': keyless(username, { exp: inSeconds(3_600) }),
    'of the reference, for three days': keyless(username, { exp: inSeconds(3 * DAY) }),
    'of an earlier version': keyless(username, { ver: 0, sid: 'a session' }),
    'of this program': token,
  };
  for (const [what, each] of Object.entries(tokens)) assert.equal(await codeFor(app, each), '200', what);
  return tokens;
}

async function allRefused(app: TestApp, tokens: Record<string, string>, when: string) {
  for (const [what, token] of Object.entries(tokens)) {
    assert.equal(await codeFor(app, token), 'INVALID_TOKEN', `${what}, ${when}`);
  }
}

/** Within two seconds: of what SQL changed, a process may know later. */
const refusedSoon = (app: TestApp, tokens: Record<string, string>) =>
  eventually(
    'all are refused',
    async () => {
      const codes = await Promise.all(Object.values(tokens).map((token) => codeFor(app, token)));
      return codes.every((code) => code === 'INVALID_TOKEN');
    },
    2_000,
  );

const deletion = (username: string) => `
  delete from customer_wallet where username = '${username}';
  delete from usertable where username = '${username}'`;

test('no token of a deleted account opens another account of the same name, and new ones do at once', async (t) => {
  const app = await startApp(t);
  const first = await signedUp(app);
  const tokens = await tokensOf(app, first);
  await app.script(deletion(first.username));
  const second = await signedUp(app, { username: first.username });
  assert.equal(await codeFor(app, second.token), '200', 'although others of that name were known');
  await allRefused(app, tokens, 'after the second sign-up');
  await app.script(deletion(first.username));
  await signedUp(app, { username: first.username });
  await allRefused(app, { ...tokens, 'of the second': second.token }, 'after the third');
});

test('the session that a change of password spared does not open another account either', async (t) => {
  const app = await startApp(t);
  for (const kind of ['reference', 'ours']) {
    const first = await signedUp(app);
    const token = kind === 'ours' ? first.token : keyless(first.username);
    const body = { current_password: PASSWORD, new_password: 'Lantern@2026' };
    assert.equal((await app.post('/change-password', { as: { token }, body })).status, 200);
    assert.equal(await codeFor(app, token), '200');
    const [spared] = await app.rows<{ session: string }>(
      `select excepted_session as session from usertable where username = '${first.username}'`,
    );
    await app.script(deletion(first.username));
    await signedUp(app, { username: first.username });
    await app.script(`
      update usertable set session_version = 1, excepted_session = '${spared?.session}'
      where username = '${first.username}'`);
    await refusedSoon(app, { [kind]: token });
  }
});

test('a name that was renamed away, or of a table that was emptied, is not opened by its old tokens', async (t) => {
  const app = await startApp(t);
  const add = (username: string) =>
    app.script(`insert into usertable (username, password, role) values ('${username}', 'x', 'customer')`);
  const codeOf = async (token: string) => (await app.get('/shows', { as: { token } })).code;
  await add('asha');
  const tokens = { renamed: keyless('asha'), emptied: keyless('ravi') };
  await app.script(`update usertable set username = 'asha-rao' where username = 'asha'`);
  await add('asha');
  await add('ravi');
  await app.script('begin; set local session_replication_role = replica; truncate usertable cascade; commit');
  await add('ravi');
  await add('meera');
  for (const [what, token] of Object.entries(tokens))
    assert.equal(await codeOf(token), 'INVALID_TOKEN', what);
  // A name that somebody takes over has a past as well.
  await app.script(`update usertable set username = 'asha' where username = 'meera'`);
  assert.equal(await codeOf(tokens.renamed), 'INVALID_TOKEN');
  assert.equal(await codeOf(keyless('meera')), 'INVALID_TOKEN');
});

test('a sign-up that waits for the deletion of its name knows that the name had an account', async (t) => {
  const app = await startApp(t);
  const first = await signedUp(app);
  const tokens = await tokensOf(app, first);
  const other = new pg.Client({ connectionString: app.databaseUrl });
  await other.connect();
  t.after(() => other.end());
  await app.script(`delete from customer_wallet where username = '${first.username}'`);
  await other.query(`begin; delete from usertable where username = '${first.username}'`);
  const waiting = app.script(
    `insert into usertable (username, password, role) values ('${first.username}', 'x', 'customer')`,
  );
  await eventually(
    'the insert waits',
    async () =>
      (await app.count('pg_stat_activity', `wait_event_type = 'Lock' and datname = current_database()`)) > 0,
  );
  await other.query('commit');
  await waiting;
  await refusedSoon(app, tokens);
});

test('a name is not given away while a process may still take its new account for the old one', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const codeOf = async () => (await app.get('/shows', { as: asha })).code;
  assert.equal(await codeOf(), '200');
  await app.script(deletion(asha.username));
  await app.pool.transaction((tx) =>
    insertUser(tx, { username: asha.username, passwordHash: 'x', role: 'customer' }),
  );
  assert.equal(await codeOf(), 'INVALID_TOKEN');
});

test('a reset token of a deleted account, or of an earlier owner of the e-mail, changes no other account', async (t) => {
  const app = await startApp(t);
  const first = await signedUp(app);
  const reset = async (reset_token: string) =>
    (
      await app.post('/forgot-password', {
        body: { email: first.email, reset_token, new_password: 'Lantern@2026' },
      })
    ).code;
  let token = await resetToken(app, first.email);
  await app.script(deletion(first.username));
  await signedUp(app, { email: first.email });
  assert.equal(await reset(token), 'INVALID_RESET_TOKEN');

  token = await resetToken(app, first.email);
  await app.script(`
    delete from customer_wallet where username = (select username from customertable where email = '${first.email}');
    delete from usertable where username = (select username from customertable where email = '${first.email}')`);
  const third = await signedUp(app);
  const body = {
    name: third.name,
    email: first.email,
    phone_number: third.number,
    security_answer: third.security_answer,
  };
  const changed = await app.call('POST', '/customer/update-profile', { as: third, body });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(await reset(token), 'INVALID_RESET_TOKEN');
});

for (const to of [36, 25, 21]) {
  test(`going back to ${to} and up again revives no session that was ended, and spares no deleted account's`, async (t) => {
    const { url } = await createDatabase(t);
    const before = await startApp(t, { databaseUrl: url });
    const [asha, ravi, meera] = [await signedUp(before), await signedUp(before), await signedUp(before)];
    const ended = await tokensOf(before, asha);
    const deleted = await tokensOf(before, ravi);
    const body = { current_password: PASSWORD, new_password: 'Lantern@2026' };
    assert.equal((await before.post('/change-password', { as: meera, body })).status, 200);
    const change = { current_password: PASSWORD, new_password: 'Compass@2026' };
    const session = { token: await logIn(before, asha.username, PASSWORD) };
    assert.equal((await before.post('/change-password', { as: session, body: change })).status, 200);
    await allRefused(before, ended, 'after the change');
    await before.script(deletion(ravi.username));
    await before.stop();

    const log = { info: () => {}, warn: () => {} };
    await migrate({ url, log, direction: 'down', to });
    await migrate({ url, log });

    const after = await startApp(t, { databaseUrl: url });
    await allRefused(after, ended, 'after the way back');
    await signedUp(after, { username: ravi.username });
    await allRefused(after, deleted, 'after the way back');
    // Versions 26 to 36 know that her password has changed; the reference may have let her in since.
    const hers = keyless(meera.username, { exp: inSeconds(DAY + 5) });
    assert.equal(await codeFor(after, hers), to < 26 ? '200' : 'INVALID_TOKEN');
    await logIn(after, asha.username, 'Compass@2026');
  });
}

test('accounts that are taken over keep their tokens, but for those from before an account was made', async (t) => {
  const database = await emptyDatabase(t);
  await database.up(21);
  await database.run(`
    insert into usertable (username, password, role, created_at) values
      ('old', 'x', 'customer', '2025-04-27'), ('unknown', 'x', 'customer', null),
      ('loaded-1', 'x', 'customer', now()), ('loaded-2', 'x', 'customer', now()),
      ('made-anew', 'x', 'customer', now() - interval '1 hour')`);
  await database.leaveToReference(21);
  await database.up();
  const app = await startApp(t, { databaseUrl: database.url });
  const codeOf = async (username: string, hoursLeft: number) =>
    (await app.get('/shows', { as: { token: keyless(username, { exp: inSeconds(hoursLeft * 3_600) }) } }))
      .code;
  for (const username of ['old', 'unknown', 'loaded-1', 'loaded-2']) {
    assert.equal(await codeOf(username, 24), '200', username);
    assert.equal(await codeOf(username, 1), '200', username);
  }
  assert.equal(await codeOf('made-anew', 23.5), '200', 'half an hour old');
  assert.equal(await codeOf('made-anew', 22.5), 'INVALID_TOKEN', 'half an hour older than the account');
});

test('a token of this program names its account, and no username does', async (t) => {
  const app = await startApp(t);
  const { token, username } = await signedUp(app, application({}));
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(atob(payload)) as Record<string, unknown>;
  const [account] = await app.rows<{ key: string }>(
    `select account_key as key from usertable where username = '${username}'`,
  );
  assert.equal(claims['acc'], account?.key);
  await app.script(`update usertable set account_key = gen_random_uuid() where username = '${username}'`);
  await eventually('the session is over', async () => (await codeFor(app, token)) === 'INVALID_TOKEN');
});

test('a session that begins after a process has read its user is good at once', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  assert.equal(await codeFor(app, asha.token), '200');
  // As a change of password on another machine does.
  await app.script(
    `update usertable set session_version = session_version + 1 where username = '${asha.username}'`,
  );
  assert.equal(await codeFor(app, await logIn(app, asha.username, PASSWORD)), '200');
});
