import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { sweepEndedSessions } from '../../src/auth/auth.ts';
import { logIn, PASSWORD, signedUp } from '../customers/people.ts';
import { JWT_SECRET, startApp, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { emptyDatabase } from '../support/schema.ts';
import { startProcess } from '../support/process.ts';
import { reachWorkers } from '../support/workers.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const codeOf = async (app: TestApp, token: string) => (await app.get('/shows', { as: { token } })).code;
const logOut = (app: TestApp, token: string) => app.post('/logout', { as: { token } });

/** A token with these claims beside those that every token has. */
function forge(username: string, more: object = {}): string {
  const exp = Math.floor(Date.now() / 1_000) + 86_400;
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ username, role: 'customer', exp, ...more })}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}

test('a logout ends the session of its token at once, and no other', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const elsewhere = await logIn(app, asha.username, PASSWORD);
  const done = await logOut(app, asha.token);
  assert.deepEqual(
    [done.status, done.json['message'], done.json['status']],
    [200, 'Logout successful', 'SUCCESS'],
  );
  assert.ok(!('data' in done.json));

  const after = await app.get('/shows', { as: asha });
  assert.deepEqual([after.status, after.code, after.json['message']], [401, 'INVALID_TOKEN', 'Unauthorized']);
  assert.equal((await logOut(app, asha.token)).code, 'INVALID_TOKEN', 'there is nothing left to end');
  assert.equal(await codeOf(app, elsewhere), '200');
  assert.equal(await codeOf(app, await logIn(app, asha.username, PASSWORD)), '200');
});

test('a user with a token may log out, and nobody without', async (t) => {
  const app = await startApp(t);
  for (const token of [app.admin.token, app.staff.token, (await app.customer()).token]) {
    assert.equal((await logOut(app, token)).status, 200);
    assert.equal(await codeOf(app, token), 'INVALID_TOKEN');
  }
  assert.equal((await app.post('/logout')).code, 'MISSING_AUTH_HEADER');
  assert.equal((await logOut(app, 'a b')).code, 'INVALID_TOKEN_FORMAT');
  assert.equal((await logOut(app, 'x')).code, 'INVALID_TOKEN');
  assert.equal((await app.get('/logout', { as: app.admin })).code, 'ROUTE_NOT_FOUND');
});

test('a token of the reference is ended as well, and so is one with a strange session or end', async (t) => {
  const app = await startApp(t);
  const { username } = await app.customer();
  const tokens = [
    forge(username),
    forge(username, { exp: Math.floor(Date.now() / 1_000) + 3_600 }),
    forge(username, { sid: 'x'.repeat(500), ver: 0 }),
    forge(username, { sid: 'a\0b', ver: 0 }),
    forge(username, { sid: 5, ver: 0 }),
    forge(username, { exp: 8_640_000_000_000 }),
    forge(username, { exp: Date.now() / 1_000 + 90.5 }),
  ];
  for (const [place, token] of tokens.entries()) {
    assert.equal(await codeOf(app, token), '200');
    assert.equal((await logOut(app, token)).status, 200, `${place}`);
    assert.equal(await codeOf(app, token), 'INVALID_TOKEN', `${place}`);
    for (const other of tokens.slice(place + 1)) assert.equal(await codeOf(app, other), '200');
  }
});

test('a logout counts on another machine within two seconds', async (t) => {
  const app = await startApp(t);
  const elsewhere = await startApp(t, { databaseUrl: app.databaseUrl });
  const { token } = await app.customer();
  assert.equal(await codeOf(elsewhere, token), '200');
  assert.equal((await logOut(app, token)).status, 200);
  await eventually('it counts', async () => (await codeOf(elsewhere, token)) === 'INVALID_TOKEN', 2_000);
});

test('a logout counts at once in all processes of its machine', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const program = await startProcess(t, { databaseUrl: app.databaseUrl, env: { WEB_CONCURRENCY: '2' } });
  const [one, two] = await reachWorkers(t, program, person);
  assert.ok(one && two);
  for (const { ask } of [one, two]) assert.equal((await ask('GET', '/shows', { as: person })).status, 200);
  assert.equal((await one.ask('POST', '/logout', { as: person })).status, 200);
  assert.equal((await two.ask('GET', '/shows', { as: person })).status, 401);
});

test('a stream of events ends with its session', async (t) => {
  const app = await startApp(t);
  const { token } = await app.customer();
  const stream = await fetch(`${app.base}/shows/${await app.show()}/seat-map/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  assert.equal(stream.status, 200);
  assert.equal((await logOut(app, token)).status, 200);
  assert.match(await stream.text(), /event: seats/, 'it came to its end');
});

test('an ended session is kept until its token is over by itself', async (t) => {
  const app = await startApp(t);
  const [asha, ravi] = await app.customers(2);
  assert.ok(asha && ravi);
  for (const { token } of [asha, ravi]) assert.equal((await logOut(app, token)).status, 200);
  assert.equal(await sweepEndedSessions(app.needs.pool), 0);
  await app.rows(`
    update ended_session
    set expires_at = clock_timestamp() - interval '61 minutes'
    where username = '${asha.username}'`);
  assert.equal(await sweepEndedSessions(app.needs.pool), 1);
  assert.equal(await codeOf(app, ravi.token), 'INVALID_TOKEN');
});

test('the way back and up again revives no session that a logout ended, and ends nobody else’s', async (t) => {
  const database = await emptyDatabase(t);
  const before = await startApp(t, { databaseUrl: database.url });
  const [asha, ravi] = await before.customers(2);
  assert.ok(asha && ravi);
  assert.equal((await logOut(before, asha.token)).status, 200);
  await before.stop();
  await database.down(39);
  const after = await startApp(t, { databaseUrl: database.url });
  assert.equal(await codeOf(after, asha.token), 'INVALID_TOKEN');
  assert.equal(await codeOf(after, ravi.token), '200');
});
