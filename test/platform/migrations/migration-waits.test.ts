import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate } from '../../../src/platform/migrations/migrations.ts';
import { inTurn, TURN_LOCK, withSession } from '../../../src/platform/migrations/migration-session.ts';
import { startApp, type Person } from '../../support/app.ts';
import { tally } from '../../support/call.ts';
import { createDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';

const ours = fileURLToPath(new URL('../../../supabase/migration', import.meta.url));
const HASTE = { lockMs: 500, pauseMs: 50, giveUpMs: 2_000 };

test('beside a long reader a migration waits without a stop to the sales, and is done when the reader has ended', async (t) => {
  const app = await startApp(t);
  const reader = await read(t, app.databaseUrl);
  const people = await app.customers(6);
  const said: string[] = [];
  const log = { info: () => {}, warn: (text: string) => void said.push(text) };
  let done = false;
  const migrating = migrate({ url: app.databaseUrl, log, folder: await withOneMore(t) }).then(() => {
    done = true;
  });

  const codes: string[] = [];
  const evening = new AbortController();
  t.after(() => evening.abort());
  const sell = async (person: Person) => {
    for (let sold = 0, show = 0; !evening.signal.aborted; sold++) {
      if (sold % 100 === 0) show = await app.show();
      const seat = `${'ABCDEFGHIJ'[sold % 10]}${1 + (Math.floor(sold / 10) % 10)}`;
      const held = await app.hold(person, show, [seat]);
      const paid = await app.pay(person, Number(held.data?.['booking_id']));
      codes.push(held.code, paid.code);
    }
  };
  const sales = people.map(sell);
  await eventually('the first attempt is over', () => said.length > 0);
  // The second stands in the way of sales as the first did.
  await eventually('the second waits', () => waits(app.databaseUrl));
  await eventually('and is over', async () => !(await waits(app.databaseUrl)));
  evening.abort();
  await Promise.all(sales);
  assert.deepEqual(tally(codes), { 200: codes.length / 2, 201: codes.length / 2 });
  assert.equal(done, false);
  assert.match(
    said.join('\n'),
    /000999_one_more up waits for a lock on booking, which is kept by pid \d+ \(a report/,
  );

  await reader.end();
  await migrating;
  assert.deepEqual(await app.rows('select one_more from booking limit 1'), [{ one_more: null }]);
});

test('a migration that waits too long for a lock fails, and names the session that blocks it but nothing of its statement', async (t) => {
  const { url } = await createDatabase(t);
  const reader = await read(t, url);
  const folder = await withOneMore(t);
  const quiet = { info: () => {}, warn: () => {} };
  await assert.rejects(migrate({ url, log: quiet, folder, lockRetry: HASTE }), (error: Error) => {
    assert.match(
      error.message,
      /^migration 000999_one_more up waited 2 seconds for a lock on booking, which is kept by pid \d+ \(a report, role \w+, idle in transaction, its statement began at 2\S+Z\); it was rolled back/,
    );
    return !error.message.includes('confidential');
  });
  await reader.end();
  await migrate({ url, log: quiet, folder, lockRetry: HASTE });
});

test('a migration that meets a sale in a deadlock is tried again', async (t) => {
  const { url } = await createDatabase(t);
  const folder = await withOneMore(
    t,
    'lock table show; lock table booking; alter table booking add column one_more int',
  );
  const sale = await read(t, url);
  // So that the migration finds it, and is the transaction that is undone.
  await sale.query(`set local deadlock_timeout = '1 min'`);
  const log = { info: () => {}, warn: () => {} };
  const migrating = migrate({ url, log, folder, lockRetry: { ...HASTE, lockMs: 5_000, giveUpMs: 60_000 } });
  await eventually('the migration waits', () => waits(url));
  // The migration has show, and waits for booking, which this transaction has read.
  await sale.query('savepoint before');
  await sale.query('select from show').catch(() => sale.query('rollback to savepoint before'));
  await sale.end();
  await migrating;
});

test('migration 46 waits for a sale before it locks anything that the sale still needs', async (t) => {
  const { url } = await createDatabase(t);
  const log = { info: () => {}, warn: () => {} };
  await migrate({ url, log, direction: 'down', to: 45 });
  const sale = await read(t, url);
  await sale.query('lock table booking in row exclusive mode');
  const migrating = migrate({ url, log, lockRetry: { ...HASTE, lockMs: 5_000, giveUpMs: 60_000 } });
  await eventually('the migration waits', () => waits(url));
  // Less than the second after which PostgreSQL would undo the migration because of the deadlock.
  await sale.query(`
    set local lock_timeout = '300ms';
    lock table payment_transaction, customer_wallet, wallet_transaction in row exclusive mode`);
  await sale.query('commit');
  await migrating;
});

test('a lock of migrations that a session left behind stops the start after a while, which names it', async (t) => {
  const { url } = await createDatabase(t);
  const holder = new pg.Client({ connectionString: url, application_name: 'an earlier start' });
  await holder.connect();
  t.after(() => holder.end());
  await holder.query(`select pg_advisory_lock(${TURN_LOCK})`);
  const log = { info: () => {}, warn: () => {} };
  await assert.rejects(
    migrate({ url, log, lockRetry: HASTE }),
    /the lock of migrations is held by pid \d+ \(an earlier start, role \w+, idle, .*pg_terminate_backend\(\d+\)/,
  );
  const { rows } = await holder.query(`select pg_advisory_unlock(${TURN_LOCK}) as held`);
  assert.deepEqual(rows, [{ held: true }]);
  await migrate({ url, log, lockRetry: HASTE });
});

test('a migration whose process stands still between two statements gives its locks back after a minute', async (t) => {
  const { url } = await createDatabase(t);
  const log = { info: () => {}, warn: () => {} };
  const stuck = async (settings?: Record<string, string>) =>
    withSession(url, log, (client) =>
      inTurn(client, { log, settings, giveUpMs: 60_000 }, async () => {
        const { rows } = await client.query('show idle_in_transaction_session_timeout');
        if (settings) await sleep(1_000);
        return rows;
      }),
    );
  assert.deepEqual(await stuck(), [{ idle_in_transaction_session_timeout: '1min' }]);
  const ended = assert.rejects(stuck({ idle_in_transaction_session_timeout: '200ms' }));
  await migrate({ url, log, folder: await withOneMore(t) });
  await ended;
});

/** A transaction that has read bookings and stays open, as that of a dump or an export. */
async function read(t: TestContext, url: string) {
  const client = new pg.Client({ connectionString: url, application_name: 'a report' });
  await client.connect();
  client.on('error', () => undefined);
  t.after(() => client.end());
  await client.query('begin');
  await client.query(`select 'confidential' from booking`);
  return client;
}

/** Whether a migration waits for a lock. */
async function waits(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`
    select from pg_stat_activity
    where datname = current_database() and application_name = 'skyfox-migrate' and wait_event_type = 'Lock'`);
  await client.end();
  return rows.length > 0;
}

/** All our migrations, and one whose lock also excludes readers. */
async function withOneMore(
  t: TestContext,
  up = 'alter table booking add column one_more int',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-migrations-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(ours, folder, { recursive: true });
  await writeFile(join(folder, '000999_one_more.up.sql'), up);
  await writeFile(join(folder, '000999_one_more.down.sql'), 'alter table booking drop column one_more');
  return folder;
}
