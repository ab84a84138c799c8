import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
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

test('as many are hashed at once as there are cores, and a request that would wait for long is told to come again', async (t) => {
  const done = Promise.withResolvers<string>();
  const hashing = t.mock.method(bcrypt, 'hash', () => done.promise);
  const hasher = createHasher({ cost: COST });
  const decoys = hashing.mock.callCount();
  const cores = availableParallelism();
  // As long as nobody has been hashed, one takes a tenth of a second, and four seconds are too long.
  const most = 40 * cores + 1;
  const all = Array.from({ length: cores + most }, (_, i) => hasher.hash(`secret ${i}`));
  await new Promise(setImmediate);
  assert.equal(hashing.mock.callCount() - decoys, cores);
  await assert.rejects(hasher.hash('one more'), { status: 503 });
  done.resolve('a hash');
  assert.equal((await Promise.all(all)).length, cores + most);
  assert.equal(hashing.mock.callCount() - decoys, cores + most);
});
