import assert from 'node:assert/strict';
import { test } from 'node:test';
import bcrypt from 'bcrypt';
import { createHasher } from '../../src/auth/auth.ts';
import { startApp } from '../support/app.ts';

const COST = 4;

test('an unknown user costs the same comparison as a known one, so that the time tells nothing', async (t) => {
  const app = await startApp(t, { env: { BCRYPT_COST: String(COST) } });
  const compare = t.mock.method(bcrypt, 'compare');
  for (const username of ['seed-user-1', 'nobody-at-all']) {
    const { code } = await app.post('/login', { body: { username, password: 'Wrong@2026' } });
    assert.equal(code, 'INVALID_CREDENTIALS');
  }
  const costs = compare.mock.calls.map(({ arguments: [, hash] }) => bcrypt.getRounds(hash));
  assert.deepEqual(costs, [COST, COST]);
});

test('nobody has the password that an unknown user is compared with', async () => {
  const hasher = createHasher({ cost: COST });
  for (const secret of ['a password that nobody has', '', 'x'])
    assert.equal(await hasher.pretend(secret), false);
});

test('a secret that bcrypt would cut belongs to no hash', async () => {
  const hasher = createHasher({ cost: COST });
  const long = 'x'.repeat(72);
  const hash = await hasher.hash(long);
  assert.equal(await hasher.matches(long, hash), true);
  assert.equal(await hasher.matches(`${long}y`, hash), false);
  assert.equal(await hasher.matches(`${long}\0`, await hasher.hash(long)), false);
  assert.equal(await hasher.matches('é'.repeat(37), await bcrypt.hash('é'.repeat(37), COST)), false);
  assert.equal(await hasher.matches('a\0b', await bcrypt.hash('a', COST)), false);
});

test('a hash is weaker where its cost is lower, and nothing else is', async () => {
  const hasher = createHasher({ cost: 10 });
  assert.deepEqual(
    ['$2b$09$', '$2a$09$', '$2y$04$', '$2b$10$', '$2b$11$', 'nobody’s'].map((hash) => hasher.isWeaker(hash)),
    [true, true, true, false, false, false],
  );
});
