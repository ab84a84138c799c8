import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepEndedSessions, sweepResetTokens } from '../../src/auth/auth.ts';
import { sweepKeys } from '../../src/idempotency/idempotency.ts';
import type { Sql } from '../../src/platform/database/db.ts';
import { startApp } from '../support/app.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
const { username } = await app.customer();

/** What is kept for a time: where, rows of some ages beside it, and what removes those that are over. */
const KEPT: {
  what: string;
  table: string;
  name: string;
  write: string;
  sweep: (on: Sql) => Promise<number>;
}[] = [
  {
    what: 'keys',
    table: 'idempotency_key',
    name: 'key',
    write: `insert into idempotency_key (username, route, key, fingerprint, lease_until, created_at)
      select '${username}', 'x', name, '', now(), now() - interval '1 day' - age from aged`,
    sweep: sweepKeys,
  },
  {
    what: 'reset tokens',
    table: 'password_reset_tokens',
    name: 'email',
    write: `insert into password_reset_tokens (email, token, created_at, expires_at)
      select name, name, now(), now() at time zone 'utc' - age from aged`,
    sweep: sweepResetTokens,
  },
  {
    what: 'ended sessions',
    table: 'ended_session',
    name: 'session_id',
    write: `insert into ended_session (username, session_id, expires_at)
      select '${username}', name, now() - interval '1 hour' - age from aged`,
    sweep: sweepEndedSessions,
  },
];

for (const { what, table, name, write, sweep } of KEPT) {
  test(`${what} that are over are swept, those that are not stay, and a locked one is skipped`, async () => {
    await app.script(`with aged (name, age) as (
        values ('over', interval '1 second'), ('locked', interval '1 second'), ('not over', interval '-1 minute')
      ) ${write}`);
    const left = async () =>
      (await app.rows<{ name: string }>(`select ${name} as name from ${table} order by 1`)).map(
        (row) => row.name,
      );
    await byHand(app, async (hand) => {
      await hand.lock(`${table} where ${name} = 'locked'`);
      assert.equal(await sweep(app.needs.pool), 1);
      assert.deepEqual(await left(), ['locked', 'not over']);
    });
    assert.equal(await sweep(app.needs.pool), 1);
    assert.deepEqual(await left(), ['not over']);
  });
}
