import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createPool,
  execute,
  many,
  sql,
  type AnyTx,
  type LastTx,
  type Pool,
  type Tx,
} from '../../../src/platform/database/db.ts';
import { createDatabase, wholeFile } from '../../support/database.ts';
import { untilQuiet } from '../../support/quiet-database.ts';
import { startProxy } from '../../support/tcp-proxy.ts';

const { url } = await createDatabase(wholeFile, { empty: true });
const proxy = await startProxy(wholeFile, url);
const direct = createPool({ url, max: 2 });
wholeFile.after(() => direct.end());
await execute(direct, sql`create table note (id integer primary key, text text)`);
await execute(
  direct,
  sql`create table answer (to_note integer references note deferrable initially deferred)`,
);

let last = 0;
const note = (id: number) => sql`insert into note (id) values (${id})`;
const noted = async (...ids: number[]) =>
  (await many<{ id: number }>(direct, sql`select id from note where id = any (${ids}) order by id`)).map(
    ({ id }) => id,
  );
const DUPLICATE = { code: '23505' };

for (const pooled of [false, true]) {
  const how = pooled ? 'behind a transaction pooler' : 'without a pooler';
  const pool: Pool = createPool({ url: proxy.url, max: 1, pooled });
  wholeFile.after(() => pool.end());

  for (const place of ['first', 'last'] as const)
    test(`${how}: a statement that fails in the ${place} message undoes those before it, and those after it do not run`, async () => {
      const [before, taken, after, ...others] = [++last, ++last, ++last, ++last, ++last] as [
        number,
        number,
        number,
        ...number[],
      ];
      await execute(direct, note(taken));
      // Texts that this connection has not prepared yet, of which the server never gets to see the third.
      const texts = [before, taken, after].map(
        (id, i) => sql`insert into note (id, text) values (${id}, ${`${place} ${i}`})`,
      );
      const each: unknown[] = [];
      const failed = pool.transaction(async (tx) => {
        if (place === 'last') await execute(tx, note(others[0] ?? 0));
        const on = place === 'last' ? tx.last : tx;
        const all = texts.map((text) => execute(on, text));
        for (const one of await Promise.allSettled(all)) each.push(one.status);
        await Promise.all(all);
      });
      await assert.rejects(failed, DUPLICATE);
      assert.deepEqual(each, ['rejected', 'rejected', 'rejected'], 'none may be taken for done');
      assert.deepEqual(await noted(before, taken, after, ...others), [taken]);

      // The connection goes on, and has not taken for prepared what was skipped.
      for (const [i, text] of texts.entries())
        await (i === 1 ? assert.rejects(execute(pool, text), DUPLICATE) : execute(pool, text));
      assert.deepEqual(await noted(before, taken, after), [before, taken, after]);
    });

  test(`${how}: what COMMIT itself refuses has not happened, and is no loss`, async () => {
    const id = ++last;
    const dangling = sql`insert into answer (to_note) values (${-1})`;
    await assert.rejects(
      pool.transaction((tx) => Promise.all([execute(tx.last, note(id)), execute(tx.last, dangling)])),
      { code: '23503' },
    );
    assert.deepEqual(await noted(id), []);
    assert.equal(await execute(pool, note(id)), 1);
  });

  test(`${how}: of a message that reaches the server in part, all has happened or nothing`, async () => {
    const outcomes = new Set<boolean>();
    for (const share of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]) {
      const ids = [++last, ++last];
      void proxy.trap(({ text }) => text.includes('commit\0'), { cutAfter: share });
      const failed = pool.transaction((tx) => Promise.all(ids.map((id) => execute(tx.last, note(id)))));
      await assert.rejects(failed, { status: 503, mayHaveHappened: true });
      await untilQuiet(direct);
      const found = await noted(...ids);
      assert.ok(found.length === 0 || found.length === 2, `${found.length} of 2 after ${share}`);
      outcomes.add(found.length > 0);
    }
    assert.deepEqual([...outcomes], [false, true], 'up to the part that has COMMIT');
  });
}

test('a statement that starts when its transaction is over is refused and not run, after COMMIT and after a rollback', async () => {
  const ids = [++last, ++last, ++last];
  let kept: Tx | undefined;
  await direct.transaction(async (tx) => {
    kept = tx;
    await execute(tx.last, note(ids[0] ?? 0));
    await assert.rejects(execute(tx, note(ids[1] ?? 0)), /the transaction is over/);
  });
  await assert.rejects(
    direct.transaction(async (tx) => {
      kept = tx;
      await execute(tx, note(ids[1] ?? 0));
      throw new Error('no');
    }),
    /no/,
  );
  assert.ok(kept);
  await assert.rejects(execute(kept, note(ids[2] ?? 0)), /the transaction is over/);
  assert.deepEqual(await noted(...ids), ids.slice(0, 1));
});

test('a function that locks, or is one of several writes, cannot be given a last message: the compiler refuses', async () => {
  const several = async (tx: Tx) => execute(tx, sql`select 1`);
  const single = async (tx: AnyTx) => execute(tx, sql`select 1`);
  const takesLast = async (tx: LastTx) => execute(tx, sql`select 1`);
  await direct.transaction(async (tx) => {
    await several(tx);
    await single(tx);
    // @ts-expect-error -- what it throws would roll nothing back
    const refused: Parameters<typeof several>[0] = tx.last;
    // @ts-expect-error -- it would not take COMMIT along
    const other: Parameters<typeof takesLast>[0] = tx;
    assert.ok(refused && other);
    await single(tx.last);
  });
});
