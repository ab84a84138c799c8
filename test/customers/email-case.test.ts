import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startApp, type TestApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { createDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/schema.ts';
import { ANSWER, application, logIn, signedUp } from './people.ts';

const filled = readFileSync(new URL('../platform/migrations/schema/filled-21.sql', import.meta.url), 'utf8');

const questionOf = (app: TestApp, email: string) =>
  app.get(`/security-questions/by-email?email=${encodeURIComponent(email)}`);
const verify = (app: TestApp, email: string, security_answer = ANSWER) =>
  app.post('/verify-security-answer', { body: { email, security_answer } });
const reset = (app: TestApp, email: string, reset_token: string, new_password = 'Lantern@2026') =>
  app.post('/forgot-password', { body: { email, reset_token, new_password } });
const update = (app: TestApp, as: { token: string; number: string }, email: string) =>
  app.post('/customer/update-profile', {
    as,
    body: { name: 'Mira Rao', email, phone_number: as.number, security_answer: ANSWER },
  });

test('a customer who signed up as Mira@Example.com recovers the password as mira@example.com', async (t) => {
  const app = await startApp(t);
  const mira = await signedUp(app, { email: 'Mira@Example.com' });
  assert.equal((await questionOf(app, 'MIRA@example.com')).status, 200);
  const token = (await verify(app, 'mira@example.com')).data['reset_token'] ?? '';
  assert.equal((await reset(app, 'mirA@EXAMPLE.com', token)).status, 200);
  assert.equal((await reset(app, 'mira@example.com', token)).code, 'INVALID_RESET_TOKEN', 'it is used up');
  const as = { token: await logIn(app, mira.username, 'Lantern@2026') };
  assert.equal((await app.get('/customer/profile', { as })).data['email'], 'Mira@Example.com', 'as typed');
});

test('a wrong token in another spelling costs the customer’s all the same', async (t) => {
  const app = await startApp(t);
  await signedUp(app, { email: 'Mira@Example.com' });
  const token = (await verify(app, 'mira@example.com')).data['reset_token'] ?? '';
  assert.equal((await reset(app, 'MIRA@example.com', 'wrong')).code, 'INVALID_RESET_TOKEN');
  assert.equal((await reset(app, 'Mira@Example.com', token)).code, 'INVALID_RESET_TOKEN');
});

test('an address is taken in every spelling, in whatever letters', async (t) => {
  const app = await startApp(t);
  for (const [taken, again] of [
    ['Mira@Example.com', 'mira@example.com'],
    ['ünal@exämple.de', 'ÜNAL@EXÄMPLE.DE'],
    ['МИРА@почта.рф', 'мира@Почта.РФ'],
    ['IRMA@example.com', 'irma@example.com'],
  ] as const) {
    await signedUp(app, { email: taken });
    const answer = await app.post('/customer/signup', { body: application({ email: again }) });
    assert.deepEqual([answer.status, answer.code], [400, 'EMAIL_EXISTS'], again);
    const other = await signedUp(app);
    assert.equal((await update(app, other, again)).code, 'EMAIL_EXISTS', again);
  }
  await signedUp(app, { email: 'strasse@example.de' });
  await signedUp(app, { email: 'straße@example.de' });
});

test('one’s own address may be written otherwise, and open tokens go with the old spelling', async (t) => {
  const app = await startApp(t);
  const mira = await signedUp(app, { email: 'mira@example.com' });
  const token = (await verify(app, 'mira@example.com')).data['reset_token'] ?? '';
  const changed = await update(app, mira, 'Mira@Example.com');
  assert.deepEqual([changed.status, changed.data['email']], [200, 'Mira@Example.com']);
  assert.equal((await reset(app, 'Mira@Example.com', token)).code, 'INVALID_RESET_TOKEN');
  assert.equal((await verify(app, 'mira@example.com')).status, 200);
});

test('of many who sign up or move to spellings of one address at once, one does', async (t) => {
  const app = await startApp(t);
  const spellings = [
    'one@example.com',
    'One@example.com',
    'oNe@example.com',
    'ONE@Example.com',
    'onE@example.com',
  ];
  const movers = await Promise.all(spellings.map(() => signedUp(app)));
  const answers = await Promise.all([
    ...spellings.map((email) => app.post('/customer/signup', { body: application({ email }) })),
    ...movers.map((own, place) => update(app, own, spellings[place]?.toUpperCase() ?? '')),
  ]);
  const { EMAIL_EXISTS, ...won } = tally(answers.map(({ code }) => code));
  assert.equal(EMAIL_EXISTS, 9, JSON.stringify(won));
  assert.equal(await app.count('customertable', `lower(email) = 'one@example.com'`), 1);
});

test('the limits on guesses know an address in every spelling', async (t) => {
  const app = await startApp(t, { env: { RATE_LIMIT_PER_ACCOUNT: '4', RATE_LIMIT_PER_ADDRESS: '1000' } });
  await signedUp(app, { email: 'Mira@Example.com' });
  for (const [person, wrong] of [
    ['mira@example.com', 'INVALID_ANSWER'],
    ['nobody@example.com', 'USER_NOT_FOUND'],
  ] as const) {
    const spellings = [person, person.toUpperCase(), person.replace('e', 'E'), person.replace('c', 'C')];
    for (const email of spellings) assert.equal((await verify(app, email, 'Foxglove')).code, wrong, email);
    assert.equal((await verify(app, person.replace('a', 'A'), 'Foxglove')).code, 'RATE_LIMITED');
  }
});

/** A database of the reference that holds addresses which differ in case alone, taken over. */
async function takenOver(t: Parameters<typeof startApp>[0] & Parameters<typeof emptyDatabase>[0]) {
  const database = await emptyDatabase(t);
  await database.up(21);
  await database.run(filled);
  // The ids do not say which account is oldest.
  await database.run(`
    insert into usertable (username, password, role, created_at)
    values ('newer', 'hash', 'customer', '2025-03-01'), ('oldest', 'hash', 'customer', '2025-01-01'),
      ('newest', 'hash', 'customer', '2025-04-01');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    values ('Newer', 'newer', '9100000001', 'mira@example.com', 1, 'hash'),
      ('Oldest', 'oldest', '9100000002', 'MIRA@example.com', 1, 'hash'),
      ('Newest', 'newest', '9100000003', 'Mira@Example.com', 1, 'hash')`);
  await database.leaveToReference(21);
  const app = await startApp(t, { databaseUrl: database.url });
  const { hasher, tokens } = app.needs;
  await app.rows(`update customertable set security_answer_hash = '${await hasher.hash(ANSWER)}'`);
  const person = (username: string, number: string) => ({
    username,
    number,
    token: tokens.issue({ username, role: 'customer', version: 0 }),
  });
  const people = {
    newer: person('newer', '9100000001'),
    oldest: person('oldest', '9100000002'),
    newest: person('newest', '9100000003'),
  };
  return { app, database, people };
}

const issuedFor = async (app: TestApp, email: string) => {
  await app.rows('delete from password_reset_tokens');
  assert.equal((await verify(app, email)).status, 200, email);
  const [row] = await app.rows<{ username: string }>(`
    select username
    from password_reset_tokens
    join customertable on customertable.email = password_reset_tokens.email`);
  return row?.username;
};

test('of a taken-over database an exact match wins, any other spelling finds the oldest account', async (t) => {
  const { app } = await takenOver(t);
  assert.equal(await issuedFor(app, 'mira@example.com'), 'newer');
  assert.equal(await issuedFor(app, 'MIRA@example.com'), 'oldest');
  assert.equal(await issuedFor(app, 'Mira@Example.com'), 'newest');
  assert.equal(await issuedFor(app, 'mIRA@example.com'), 'oldest');
  const token = (await verify(app, 'Mira@Example.com')).data['reset_token'] ?? '';
  assert.equal(
    (await reset(app, 'mira@example.com', token)).code,
    'INVALID_RESET_TOKEN',
    'of another account',
  );
  assert.equal((await reset(app, 'Mira@Example.com', token)).status, 200);
});

test('on such a database customers who share an address keep it, and nobody else gets it, also at once', async (t) => {
  const { app, people } = await takenOver(t);
  const signUp = (email: string) => app.post('/customer/signup', { body: application({ email }) });
  assert.equal((await signUp('mirA@example.com')).code, 'EMAIL_EXISTS');
  assert.equal((await update(app, people.newer, 'mira@example.com')).status, 200, 'it stays as it is');
  assert.equal((await update(app, people.newer, 'mira@Example.com')).status, 200, 'in another spelling');
  assert.equal((await update(app, people.newest, 'MIRA@example.com')).code, 'EMAIL_EXISTS', 'just another’s');

  // Without its oldest account the address is still that of the others.
  assert.equal((await update(app, people.oldest, 'oldest@example.com')).status, 200);
  assert.equal((await signUp('mirA@example.com')).code, 'EMAIL_EXISTS');
  assert.equal((await update(app, people.oldest, 'MIRA@example.com')).code, 'EMAIL_EXISTS');

  // When all have left it, each of them is a newcomer like everybody.
  assert.equal((await update(app, people.newer, 'newer@example.com')).status, 200);
  assert.equal((await update(app, people.newest, 'newest@example.com')).status, 200);
  const answers = await Promise.all([
    update(app, people.newest, 'Mira@Example.com'),
    update(app, people.newer, 'mira@example.com'),
    signUp('mirA@example.com'),
    signUp('miRa@example.com'),
  ]);
  const codes = tally(answers.map(({ code }) => code));
  assert.equal(codes['EMAIL_EXISTS'], 3, JSON.stringify(codes));
  assert.equal(await app.count('customertable', `lower(email) = 'mira@example.com'`), 1);
});

test('what a tool writes without the program is refused by the database', async (t) => {
  const app = await startApp(t);
  const [one, two] = [await signedUp(app), await signedUp(app)];
  await assert.rejects(
    app.rows(`update customertable set email = upper('${one.email}') where username = '${two.username}'`),
    /customertable_email_any_case_key/,
  );
});

test('an address is found by an index', async (t) => {
  const app = await startApp(t);
  await app.customers(2_000);
  await app.rows('analyze customertable');
  const plan = await app.rows(
    `explain select from customertable where email_key(email) = email_key('a@b.c')`,
  );
  assert.match(JSON.stringify(plan), /customertable_email_any_case_key/);
});

test('the case of an address is folded alike where the database knows ASCII alone', async (t) => {
  const { url } = await createDatabase(t, { empty: true, locale: 'C' });
  const app = await startApp(t, { databaseUrl: url });
  const [{ plain } = { plain: '' }] = await app.rows<{ plain: string }>(`select lower('Ü') as plain`);
  assert.equal(plain, 'Ü', 'this database does not fold it by itself');
  await signedUp(app, { email: 'ünal@example.de' });
  assert.equal((await verify(app, 'ÜNAL@example.de')).status, 200);
  const again = await app.post('/customer/signup', { body: application({ email: 'Ünal@example.de' }) });
  assert.equal(again.code, 'EMAIL_EXISTS');
});

test('the way back leaves addresses as they are, and the way up tells twins from others again', async (t) => {
  const { app, database } = await takenOver(t);
  const before = await app.rows('select username, email, email_twin from customertable order by id');
  await app.stop();
  await database.down(38);
  assert.deepEqual(await database.rows(`select to_regprocedure('email_key(text)') as found`), [
    { found: null },
  ]);
  await database.up();
  assert.deepEqual(
    await database.rows('select username, email, email_twin::int from customertable order by id'),
    before,
  );
});
