import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { ANSWER, faultyFields, resetToken, signedUp } from './people.ts';

test('a profile shows what its customer entered, and says whether there is an answer to reset a password by', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const { status, data, json } = await app.get('/customer/profile', { as: asha });
  assert.deepEqual([status, json['message']], [200, 'Customer profile retrieved successfully']);
  const { created_at, ...rest } = data as unknown as Record<string, string>;
  assert.deepEqual(rest, {
    username: asha.username,
    name: 'Asha Rao',
    email: asha.email,
    phone_number: asha.number,
    security_question_exists: true,
  });
  assert.ok(Math.abs(Date.parse(created_at ?? '') - Date.now()) < 60_000);
  const imported = await app.customer();
  const theirs = await app.get('/customer/profile', { as: imported });
  assert.equal(theirs.data['security_question_exists'], false);
});

test('a profile is its customer’s alone', async (t) => {
  const app = await startApp(t);
  for (const path of ['/customer/profile', '/customer/profile-image']) {
    assert.equal((await app.get(path)).code, 'MISSING_AUTH_HEADER');
    const admin = await app.get(path, { as: app.admin });
    assert.deepEqual([admin.status, admin.json['message']], [403, 'Access denied. Customer role required']);
  }
  for (const path of ['/customer/update-profile', '/customer/update-profile-image']) {
    assert.equal((await app.post(path, { body: {} })).code, 'MISSING_AUTH_HEADER');
    assert.equal((await app.post(path, { body: {}, as: app.staff })).code, 'FORBIDDEN');
  }
});

test('a profile changes with the right answer', async (t) => {
  const app = await startApp(t);
  const [asha, other] = [await signedUp(app), await signedUp(app)];
  const same = { name: 'Asha Rao', email: asha.email, phone_number: asha.number, security_answer: ANSWER };
  const update = (body: object) => app.post('/customer/update-profile', { as: asha, body });

  const nothing = await update({});
  assert.deepEqual(faultyFields(nothing), ['Name', 'Email', 'PhoneNumber', 'SecurityAnswer']);
  assert.equal((await update({ ...same, security_answer: 'bluebell' })).code, 'INVALID_SECURITY_ANSWER');
  assert.equal(
    (await update({ ...same, email: other.email, phone_number: other.number })).code,
    'EMAIL_EXISTS',
  );
  assert.equal((await update({ ...same, phone_number: other.number })).code, 'NUMBER_EXISTS');
  assert.equal((await update(same)).status, 200);
  const moved = await update({
    name: 'asha rao iyer',
    email: 'moved@example.com',
    phone_number: '9000000000',
    security_answer: ` ${ANSWER} `,
  });
  assert.deepEqual([moved.status, moved.json['message']], [200, 'Profile updated successfully']);
  assert.deepEqual(moved.data, {
    username: asha.username,
    name: 'Asha Rao Iyer',
    email: 'moved@example.com',
    phone_number: '9000000000',
  });
});

test('a reset token does not go to the next owner of the e-mail', async (t) => {
  const app = await startApp(t);
  const asha = await signedUp(app);
  const token = await resetToken(app, asha.email);
  const body = {
    name: 'Asha Rao',
    email: 'moved@example.com',
    phone_number: asha.number,
    security_answer: ANSWER,
  };
  assert.equal((await app.post('/customer/update-profile', { as: asha, body })).status, 200);
  const next = await signedUp(app, { email: asha.email });
  const reset = await app.post('/forgot-password', {
    body: { email: next.email, reset_token: token, new_password: 'Lantern@2026' },
  });
  assert.equal(reset.code, 'INVALID_RESET_TOKEN');
});

test('of many changes to one e-mail or number, one succeeds', async (t) => {
  const app = await startApp(t);
  const people = await Promise.all(Array.from({ length: 8 }, () => signedUp(app)));
  const move = async (change: (own: (typeof people)[number]) => object) => {
    const answers = await Promise.all(
      people.map((own) => {
        const body = { name: own.name, email: own.email, phone_number: own.number, security_answer: ANSWER };
        return app.post('/customer/update-profile', { as: own, body: { ...body, ...change(own) } });
      }),
    );
    return tally(answers.map(({ code }) => code));
  };
  assert.deepEqual(await move(() => ({ email: 'one@example.com' })), { 200: 1, EMAIL_EXISTS: 7 });
  const toNumber = await move((own) => ({
    email: `${own.username}@example.org`,
    phone_number: '9000000001',
  }));
  assert.deepEqual(toNumber, { 200: 1, NUMBER_EXISTS: 7 });
});

test('customers who share a number since before numbers were unique keep it, and nobody else takes it', async (t) => {
  const app = await startApp(t);
  const [asha, twin, other] = [await signedUp(app), await signedUp(app), await signedUp(app)];
  // As migration 24 leaves a database in which two customers had one number.
  await app.rows('drop index customertable_number_key');
  await app.rows(
    `create unique index customertable_number_key on customertable (number) where number <> '${asha.number}'`,
  );
  await app.rows(`update customertable set number = '${asha.number}' where username = '${twin.username}'`);
  const update = (as: typeof asha, phone_number: string) =>
    app.post('/customer/update-profile', {
      as,
      body: { name: 'New Name', email: as.email, phone_number, security_answer: ANSWER },
    });
  assert.equal((await update(twin, asha.number)).status, 200);
  assert.equal((await update(other, asha.number)).code, 'NUMBER_EXISTS');
});
