import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { ANSWER, signedUp } from './people.ts';

test('the ten questions are there for all', async (t) => {
  const app = await startApp(t);
  const { status, json, data } = await app.get('/security-questions');
  assert.deepEqual([status, json['message']], [200, 'Security questions retrieved successfully']);
  assert.equal(Object.keys(data).length, 10);
  assert.deepEqual(data[0], { id: 1, question: 'What was the name of your first pet?' });
});

test('a customer’s question is found by e-mail, under every path, in the query or a body', async (t) => {
  const app = await startApp(t);
  const { email } = await signedUp(app);
  const wanted = { question_id: 1, question: 'What was the name of your first pet?', email };
  for (const path of ['/security-questions/by-email', '/security-question/by-email']) {
    const query = `${path}?email=${encodeURIComponent(email)}`;
    for (const answer of [
      await app.get(query),
      await app.post(query),
      await app.post(query, { body: { email: 'nobody@example.com' } }),
      await app.post(path, { body: { email } }),
      await app.post(`${path}?email=`, { body: { email } }),
    ]) {
      assert.equal(answer.json['message'], 'Security question retrieved successfully');
      assert.deepEqual(answer.data, wanted);
    }
    for (const [code, status, ask] of [
      ['MISSING_EMAIL', 400, { raw: '' }],
      ['MISSING_EMAIL', 400, { body: {} }],
      ['MISSING_EMAIL', 400, { body: { email: '' } }],
      ['INVALID_EMAIL', 400, { body: { email: 'nope' } }],
      ['INVALID_EMAIL', 400, { body: { email: 'a\0@example.com' } }],
      ['USER_NOT_FOUND', 404, { body: { email: 'nobody@example.com' } }],
      ['INVALID_REQUEST', 400, { body: { email: 5 } }],
      ['INVALID_REQUEST', 400, { body: [] }],
      ['INVALID_REQUEST', 400, { body: 'x' }],
      ['INVALID_REQUEST', 400, { raw: '{' }],
    ] as const) {
      const answer = await app.post(path, ask);
      assert.deepEqual([answer.code, answer.status], [code, status], JSON.stringify(ask));
    }
    assert.equal((await app.get(path)).json['message'], 'Email is required');
    assert.equal((await app.get(`${path}?email=nope`)).json['message'], 'Email format is invalid');
  }
});

test('the right answer, spaces aside, gives a reset token, of which only a hash is kept', async (t) => {
  const app = await startApp(t);
  const { email } = await signedUp(app, { security_answer: ` ${ANSWER}  ` });
  for (const path of ['/security-questions/verify-security-answer', '/verify-security-answer']) {
    const verify = (body: object) => app.post(path, { body });
    const right = await verify({ email, security_answer: `  ${ANSWER} ` });
    assert.deepEqual([right.status, right.json['message']], [200, 'Security answer verified successfully']);
    const { reset_token, expires_in_seconds } = right.data;
    assert.match(reset_token ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(expires_in_seconds, 300);
    assert.equal(await app.count('password_reset_tokens', `token ~ '^[0-9a-f]{64}$'`), 1);

    assert.equal((await verify({ email, security_answer: 'bluebell' })).code, 'INVALID_ANSWER');
    assert.equal(
      (await verify({ email: 'nobody@example.com', security_answer: ANSWER })).code,
      'USER_NOT_FOUND',
    );
    const faulty = await verify({ email: 'nope', security_answer: 'ab' });
    assert.deepEqual(faulty.json['errors'], [
      { field: 'Email', message: 'Invalid email format', path: 'email' },
      {
        field: 'SecurityAnswer',
        message: 'Security answer must be at least 3 characters long',
        path: 'security_answer',
      },
    ]);
  }
});

test('two right answers at once leave one live token', async (t) => {
  const app = await startApp(t);
  const { email } = await signedUp(app);
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() =>
        app.post('/verify-security-answer', { body: { email, security_answer: ANSWER } }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(await app.count('password_reset_tokens'), 1);
  }
});

test('a customer without an answer, imported from elsewhere, cannot be reset by any', async (t) => {
  const app = await startApp(t);
  const { username } = await app.customer();
  const answer = await app.post('/verify-security-answer', {
    body: { email: `${username}@example.com`, security_answer: 'anything' },
  });
  assert.deepEqual([answer.status, answer.code], [400, 'INVALID_ANSWER']);
});
