import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessions } from '../../src/auth/auth.ts';
import type { Sql } from '../../src/platform/database/db.ts';
import { aloneOnMachine } from '../../src/platform/process/machine.ts';
import { startApp, type Person, type TestApp } from '../support/app.ts';

const endSessions = (app: TestApp, { username }: Person) =>
  app.script(`update usertable set session_version = session_version + 1 where username = '${username}'`);

/** Sessions that read through `on`, and whether a person is let in. */
const judgedBy = (app: TestApp, on: Sql) => {
  const sessions = createSessions({ on, tokens: app.needs.tokens, machine: aloneOnMachine([]) });
  const enter = async ({ token }: Person) => sessions.identify(`Bearer ${token}`);
  return { sessions, enter };
};

test('a user that was read before its sessions ended is not kept after they have', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const read = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  // An answer of the database that takes its time to arrive.
  const slow: Sql = {
    async run(statement) {
      const answer = await app.pool.run(statement);
      read.resolve();
      await arrived.promise;
      return answer as never;
    },
  };
  const { sessions, enter } = judgedBy(app, slow);
  const early = enter(person);
  await read.promise;
  await endSessions(app, person);
  await sessions.forget(person.username);
  arrived.resolve();

  assert.equal((await early).username, person.username, 'who asked before is answered by what was so');
  await assert.rejects(enter(person), { code: 'INVALID_TOKEN' });
});

test('a user is read once for all requests of the same moment, and again when the cached one is old', async (t) => {
  const app = await startApp(t);
  const people = await app.customers(2);
  let statements = 0;
  const { enter } = judgedBy(app, {
    run: (statement) => {
      statements += 1;
      return app.pool.run(statement);
    },
  });
  const all = () => Promise.all([...people, ...people].map((person) => enter(person)));
  await all();
  await all();
  assert.equal(statements, 1);
  const now = performance.now();
  // An ended session counts within a second on every machine.
  t.mock.method(performance, 'now', () => now + 1_000);
  await all();
  assert.equal(statements, 2);
  const [person] = people;
  assert.ok(person);
  await endSessions(app, person);
  t.mock.method(performance, 'now', () => now + 2_000);
  await assert.rejects(enter(person), { code: 'INVALID_TOKEN' });
});
