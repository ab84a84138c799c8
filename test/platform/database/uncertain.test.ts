import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createPool,
  execute,
  many,
  one,
  sql,
  type Pool,
  type Statement,
} from '../../../src/platform/database/db.ts';
import { writes } from '../../../src/platform/database/statement-kind.ts';
import { byHand } from '../../support/by-hand.ts';
import { createDatabase, wholeFile, type Owner } from '../../support/database.ts';
import { untilQuiet } from '../../support/quiet-database.ts';
import { startProxy, type Fault } from '../../support/tcp-proxy.ts';

const { url } = await createDatabase(wholeFile, { empty: true });
const proxy = await startProxy(wholeFile, url);
const direct = createPool({ url, max: 2 });
wholeFile.after(() => direct.end());
await execute(direct, sql`create table note (id integer primary key, text text)`);

const TIMES = { statementTimeoutMs: 600, lockTimeoutMs: 400 };
/** One connection each, past the proxy or through it, with prepared statements or as behind a transaction pooler. */
function openPool(t: Owner, { pooled = false, through = proxy.url } = {}): Pool {
  const pool = createPool({ url: through, max: 1, pooled, ...TIMES });
  t.after(() => pool.end());
  return pool;
}
let last = 0;
const note = (id: number): Statement => sql`insert into note (id) values (${id})`;
const isNoted = async (id: number) =>
  (await many(direct, sql`select from note where id = ${id}`)).length === 1;
const certain = { status: 503, code: 'SERVICE_UNAVAILABLE', mayHaveHappened: false };
const uncertain = { ...certain, mayHaveHappened: true };

for (const pooled of [false, true]) {
  const how = pooled ? 'behind a transaction pooler' : 'without a pooler';

  for (const fault of ['cut', 'lose the answer'] as const) {
    test(`${how}: a statement that writes by itself may have happened (${fault})`, async (t) => {
      const pool = openPool(t, { pooled });
      const id = ++last;
      await many(pool, sql`select 1`);
      void proxy.trap(() => true, fault);
      await assert.rejects(execute(pool, note(id)), uncertain);
      await untilQuiet(direct);
      assert.equal(await isNoted(id), fault === 'lose the answer');
      assert.equal(await execute(pool, note(++last)), 1, 'the next has another connection');
    });

    test(`${how}: a read has done nothing (${fault})`, async (t) => {
      const pool = openPool(t, { pooled });
      await many(pool, sql`select 1`);
      void proxy.trap(() => true, fault);
      await assert.rejects(many(pool, sql`select id from note for update`), certain);
    });

    for (const isTogether of [false, true])
      test(`${how}: of a transaction only COMMIT leaves open what happened (${fault}, ${isTogether ? 'with the last write' : 'alone'})`, async (t) => {
        const pool = openPool(t, { pooled });
        const outcomes: boolean[] = [];
        for (let place = 0; ; place++) {
          const id = ++last;
          const failed = await meet(pool, id, { place, fault, isTogether });
          await untilQuiet(direct);
          if (failed === undefined) break;
          outcomes.push(failed.mayHaveHappened);
          assert.ok(failed.mayHaveHappened || !(await isNoted(id)), `message ${place}`);
          assert.equal(await isNoted(id), fault === 'lose the answer' && failed.mayHaveHappened);
        }
        assert.deepEqual(outcomes, isTogether ? [false, true] : [false, false, true]);
      });

    test(`${how}: a transaction that only read has done nothing (${fault})`, async (t) => {
      const pool = openPool(t, { pooled });
      await many(pool, sql`select 1`);
      void proxy.trap(({ text }) => text.includes('commit\0'), fault);
      await assert.rejects(
        pool.transaction((tx) => many(tx, sql`select 1`)),
        certain,
      );
    });
  }

  test(`${how}: what the server refuses or ends in time has not happened, not later either`, async (t) => {
    const pool = openPool(t, { pooled, through: url });
    const id = ++last;
    await byHand({ databaseUrl: url }, async (hand) => {
      await hand.run(`insert into note (id) values (${id})`);
      await assert.rejects(execute(pool, note(id)), certain, 'a lock that does not come');
      await assert.rejects(
        execute(pool, sql`insert into note (id) select ${++last} from pg_sleep(5)`),
        certain,
      );
      await hand.run('rollback');
    });
    await untilQuiet(direct);
    assert.deepEqual([await isNoted(id), await isNoted(last)], [false, false]);
    await execute(pool, note(id));
    await assert.rejects(execute(pool, note(id)), { code: '23505' });
  });

  test(`${how}: a server process that is ended in the middle of a write leaves open what happened`, async (t) => {
    const pool = openPool(t, { pooled, through: url });
    const id = ++last;
    await byHand({ databaseUrl: url }, async (hand) => {
      await hand.run(`insert into note (id) values (${id})`);
      const writing = assert.rejects(execute(pool, note(id)), uncertain);
      await hand.isWaitedFor();
      await many(
        direct,
        sql`select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`,
      );
      await writing;
    });
  });

  test(`${how}: what was never sent has not happened`, async (t) => {
    const pool = openPool(t, { pooled });
    await proxy.refuse();
    await assert.rejects(execute(pool, note(++last)), certain);
    await assert.rejects(
      pool.transaction((tx) => execute(tx, note(++last))),
      certain,
    );
    await proxy.restore();
    assert.equal(await execute(pool, note(++last)), 1);
  });
}

type Meeting = { place: number; fault: Fault; isTogether: boolean };

/** Notes in a transaction of two or three messages, of which one meets a fault; gives what was thrown. */
async function meet(pool: Pool, id: number, { place, fault, isTogether }: Meeting) {
  let sprung = false;
  void proxy.trap((message) => message.place === place, fault).then(() => (sprung = true));
  const failed = await pool
    .transaction(async (tx) => {
      await one(tx, sql`select 1 as one`);
      return execute(isTogether ? tx.last : tx, note(id));
    })
    .then(
      () => undefined,
      (error: unknown) => error as { status: number; mayHaveHappened: boolean },
    );
  proxy.disarm();
  assert.equal(failed !== undefined, sprung);
  if (failed) assert.equal(failed.status, 503);
  return failed;
}

test('behind a pooler a statement’s time-outs go with it, and nothing of them stays', async (t) => {
  const pool = openPool(t, { pooled: true, through: url });
  const settings = sql`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`;
  assert.deepEqual(await many(pool, settings), [{ statement: '600ms', lock: '400ms', idle: '10s' }]);
  // As any other client of the pooler meets the connection.
  const bare = createPool({ url, max: 1, pooled: true, statementTimeoutMs: 0, lockTimeoutMs: 0 });
  t.after(() => bare.end());
  assert.deepEqual((await many(bare, settings))[0], { statement: '0', lock: '0', idle: '10s' });

  const id = ++last;
  const rows = await many(
    pool,
    sql`insert into note (id, text) values (${id}, ${"it's"}), (${++last}, ${null}) returning id, text`,
  );
  assert.deepEqual(rows, [
    { id, text: "it's" },
    { id: last, text: null },
  ]);
  assert.equal(await execute(pool, sql`update note set text = 'x' where id in (${id}, ${last})`), 2);
  assert.equal(await execute(pool, sql`delete from note where id = ${id}`), 1);
  assert.equal(await execute(pool, sql`delete from note where id = ${id}`), 0);
  assert.deepEqual(await many(pool, sql`select ${[1, 2]}::int[] as list, null::date as day`), [
    { list: [1, 2], day: null },
  ]);
  assert.deepEqual(await many(pool, sql`select 1 as one where false`), []);
  await assert.rejects(execute(pool, sql`select 1 / 0`), { code: '22012' });
  assert.equal((await one<{ one: number }>(pool, sql`select 1 as one`)).one, 1);
});

test('statements that write are told from those that read or lock, by their text', () => {
  for (const text of [
    'insert into a values (1)',
    'with b as (insert\n into a values (1) returning 1) select 1 from b',
    'update a set b = 1',
    'with c as (update a set b = 1 returning b) select b from c for update',
    'DELETE FROM a',
    'merge into a using b on true when matched then delete',
    'insert into a values (1) on conflict do update set b = 1',
  ])
    assert.ok(writes(text), text);
  for (const text of [
    'select updated_at, "updateHash" from a',
    'select from a for update',
    'select from a for no key update skip locked',
    'select pg_advisory_xact_lock(1)',
    'begin',
    'set local lock_timeout = 1',
  ])
    assert.ok(!writes(text), text);
});
