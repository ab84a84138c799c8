import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createPool, many, one, sql } from '../../src/platform/database/db.ts';
import { CARD, startApp } from '../support/app.ts';
import { startPrimary, startReplica } from '../support/debian-postgres.ts';
import { eventually } from '../support/eventually.ts';
import { startProxy } from '../support/tcp-proxy.ts';

test('the primary dies under load: after the promotion the app goes on by itself, and nothing acknowledged is lost', async (t) => {
  const primary = await startPrimary();
  const replica = await startReplica(primary);
  const proxy = await startProxy(t, primary.url);
  const app = await startApp(t, { databaseUrl: primary.url, env: { DATABASE_URL: proxy.url } });
  // Acknowledged is what the replica has as well.
  await waitForReplica(primary.url);
  const people = await app.customers(8);
  const shows = await Promise.all(people.map(() => app.show()));

  const acknowledged: number[] = [];
  const answers: number[] = [];
  const stop = new AbortController();
  const load = people.map(async (person, i) => {
    for (let seat = 0; !stop.signal.aborted && seat < 100;) {
      const name = `${'ABCDEFGHIJ'[Math.floor(seat / 10)]}${1 + (seat % 10)}`;
      const answer = await app.hold(person, shows[i] ?? 0, [name]);
      answers.push(answer.status);
      if (answer.status === 201) acknowledged.push(Number(answer.data['booking_id']));
      // A hold whose acknowledgement was lost has its seat: the next one is asked for.
      if (answer.status !== 503) seat += 1;
      await sleep(40);
    }
  });
  await eventually('holds are taken', () => acknowledged.length > 30, 20_000);

  primary.kill();
  await eventually('the app notices', () => answers.at(-1) === 503, 20_000);
  replica.promote();
  proxy.lead(replica.url);
  const before = acknowledged.length;
  const tookMs = await eventually('the app goes on', () => acknowledged.length > before, 10_000);
  t.diagnostic(`went on ${Math.round(tookMs)} ms after the promotion`);
  await sleep(500);
  stop.abort();
  await Promise.all(load);

  assert.ok(
    answers.every((status) => [201, 400, 503].includes(status)),
    'nobody hears anything but 503',
  );
  const pool = createPool({ url: replica.url, max: 2 });
  const found = await many<{ id: number }>(
    pool,
    sql`select id from booking where id = any (${acknowledged}::bigint[])`,
  );
  await pool.end();
  assert.equal(found.length, acknowledged.length, 'every hold that was acknowledged is there');
});

test('a server that is only a replica is not asked in place of the primary, though it would answer', async (t) => {
  const primary = await startPrimary();
  const replica = await startReplica(primary);
  const proxy = await startProxy(t, primary.url);
  const app = await startApp(t, { databaseUrl: primary.url, env: { DATABASE_URL: proxy.url } });
  await waitForReplica(primary.url);
  const person = await app.customer({ balance: '70.00' });
  const wallet = () => app.get('/customer/wallet', { as: person });
  assert.equal((await wallet()).data['balance'], 70);

  // As an address that moves before the replica is promoted: what is opened now stays with a server that falls behind.
  proxy.lead(replica.url);
  await eventually('it is away', async () => (await wallet()).status === 503);
  for (let again = 0; again < 5; again++) assert.equal((await wallet()).code, 'SERVICE_UNAVAILABLE');
  assert.equal((await app.get('/ready')).status, 503);
  replica.promote();
  await eventually('it is back', async () => (await wallet()).status === 200);
});

test('a charge that began while commits waited for a replica is taken back, as nothing was sent', async (t) => {
  const primary = await startPrimary();
  const app = await startApp(t, { databaseUrl: primary.url });
  const [buyer, saver] = await app.customers(2);
  assert.ok(buyer && saver);
  const held = await app.hold(buyer, await app.show(), ['A1']);
  const attempts = () => app.rows<{ status: string }>('select status from payment_transaction');

  await waitForReplica(primary.url, 'nobody');
  const answers = await Promise.all([
    app.pay(buyer, Number(held.data['booking_id'])),
    app.post('/customer/wallet/add-funds', { as: saver, body: { ...CARD, amount: 10 } }),
  ]);
  assert.deepEqual(
    answers.map(({ code }) => code),
    ['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE'],
  );
  await sleep(500);
  assert.deepEqual(await attempts(), [], 'they still wait');
  await waitForReplica(primary.url, '');
  const areTakenBack = async () =>
    (await attempts()).map(({ status }) => status).join() === ['Failed', 'Failed'].join();
  await eventually('both are taken back', areTakenBack, 10_000);
  assert.deepEqual(app.bank.charges(), []);
});

/** Alone on a connection of its own, since ALTER SYSTEM bears no company. */
async function waitForReplica(url: string, name = 'replica'): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`alter system set synchronous_standby_names = '${name}'`);
  await client.query('select pg_reload_conf()');
  await sleep(500);
  // Commits wait when the checkpointer has read it, which it does before it begins.
  await client.query('checkpoint');
  await client.end();
}

test('reports are read from the replica that the settings name', async (t) => {
  const primary = await startPrimary();
  const replica = await startReplica(primary);
  const app = await startApp(t, { databaseUrl: primary.url, env: { DATABASE_REPORTS_URL: replica.url } });
  const revenue = async () => Number((await app.get('/revenue', { as: app.admin })).data['total_revenue']);
  const sell = async (seat: string) => {
    const walkIn = {
      show_id: show,
      customer_name: 'Walk In',
      phone_number: '1234567890',
      seat_numbers: [seat],
    };
    const answer = await app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn });
    assert.equal(answer.status, 201);
  };
  const show = await app.show({ cost: '100.00' });
  await sell('A1');
  await eventually('the sale has reached the replica', async () => (await revenue()) === 100);

  const pool = createPool({ url: replica.url, max: 1 });
  await one(pool, sql`select pg_wal_replay_pause()`);
  await sell('A2');
  assert.equal(await revenue(), 100, 'a replica that stands still shows what it has');
  await one(pool, sql`select pg_wal_replay_resume()`);
  await pool.end();
  await eventually('the replica has caught up', async () => (await revenue()) === 200);
});
