import { lacksOwnNetwork as skip } from '../support/own-network.ts';
import assert from 'node:assert/strict';
import { afterEach, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startApp, type TestApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { moveName, type Machine } from '../support/machines.ts';
import { startCluster, type Cluster } from '../support/patroni.ts';
import { recover } from '../support/recovery.ts';
import { startSales, type Sales } from '../support/sales.ts';

// The cluster of deploy/patroni on three machines. One app reaches it through HAProxy; the other directly, by a name that
// moves to the new primary when there is one, as a provider's does.

const GOES_ON_WITHIN_MS = 10_000;
const NAME = 'database.example';

let cluster: Cluster;
let apps: [throughHaproxy: TestApp, byName: TestApp];

before(async () => {
  if (skip) return;
  cluster = await startCluster();
  moveName(NAME, await cluster.primary());
  const start = (env: Record<string, string>) =>
    startApp(wholeFile, { databaseUrl: cluster.url, env: { DATABASE_POOL_MAX: '10', ...env } });
  const first = await start({ DATABASE_URL: cluster.url, DATABASE_REPORTS_URL: cluster.reportsUrl });
  const direct = { DATABASE_URL: cluster.urlAt(`${NAME}:5432`), PAYMENT_GATEWAY_URL: first.bank.url };
  apps = [first, await start(direct)];
  await first.script('create table straight (n integer primary key)');
});

// Also after a test that failed in the middle.
afterEach(async () => {
  if (skip) return;
  for (const machine of cluster.machines) {
    await machine.boot();
    machine.reconnect();
  }
  await cluster.whole();
});

test(
  'PostgreSQL is killed on the primary: sales go on at another, and nothing acknowledged is lost',
  { skip },
  async (t) => {
    const sales = await sell(t);
    const former = await cluster.primary();
    await cluster.crash(former);
    await followPrimary(t, sales, former);
    await settle(t, sales);
  },
);

test(
  'the primary hands over as planned: sales go on at the other, and nothing acknowledged is lost',
  { skip },
  async (t) => {
    const sales = await sell(t);
    const [former, candidate] = [await cluster.primary(), await cluster.synchronous()];
    const which = ['--leader', former.name, '--candidate', candidate.name, '--force'];
    await cluster.patronictl(former, 'switchover', ...which);
    assert.equal(await followPrimary(t, sales, former), candidate);
    await settle(t, sales);
  },
);

test(
  'the primary loses its power without a word: sales go on at another, and nothing acknowledged is lost',
  { skip },
  async (t) => {
    const sales = await sell(t);
    const former = await cluster.primary();
    await former.powerOff();
    await followPrimary(t, sales, former);
    await former.boot();
    await settle(t, sales);
  },
);

test(
  'a primary that is cut off from the others takes no more writes, and comes back as a replica without what it kept to itself',
  { skip },
  async (t) => {
    const sales = await sell(t);
    const former = await cluster.primary();
    const straight = writeStraight(t, cluster.urlAt(`${former.address}:5432`));
    const late = new pg.Client({ connectionString: cluster.urlAt(`${former.address}:5432`) });
    late.on('error', () => undefined);
    await late.connect();
    await eventually('writes straight to the primary', () => straight.acknowledged.length > 5);

    former.cutOff();
    const cutAt = performance.now();
    const refused = assert.rejects(late.query('insert into straight values (-1)'));
    const next = await followPrimary(t, sales, former);
    await refused;
    t.diagnostic(`a write that was waiting was ended after ${Math.round(straight.failedAt - cutAt)} ms`);
    await eventually('it says that it only reads', () => straight.refusals.has('25006'), 20_000);
    await straight.end();

    former.reconnect();
    await settle(t, sales);
    assert.match(cluster.logOf(former), /running pg_rewind from/);
    assert.ok(await cluster.is(former, 'replica'));
    const written = (on: Machine) => cluster.sql(on, 'select n from straight order by n');
    const isSame = async () => String(await written(former)) === String(await written(next));
    await eventually('it has what the primary has', isSame);
    const kept = new Set((await written(next)).map(Number));
    assert.ok(!kept.has(-1), 'what only the former primary had is gone');
    for (const { n, at } of straight.acknowledged) {
      assert.ok(kept.has(n), `write ${n} was acknowledged`);
      assert.ok(at < cutAt + 1_000, `write ${n} was acknowledged ${Math.round(at - cutAt)} ms after the cut`);
    }
  },
);

test(
  'the synchronous replica loses its power: sales wait for the other replica, and go on',
  { skip },
  async (t) => {
    const sales = await sell(t);
    const [primary, replica] = [await cluster.primary(), await cluster.synchronous()];
    await replica.powerOff();
    const took = await Promise.all(sales.map((each) => each.goOn('sales go on', 2 * GOES_ON_WITHIN_MS)));
    t.diagnostic(`sales went on after ${took.map(Math.round).join(', ')} ms`);
    await replica.boot();
    await settle(t, sales);
    assert.equal(await cluster.primary(), primary);
  },
);

test('etcd stands still for longer than a lease: sales go on at the same primary', { skip }, async (t) => {
  const sales = await sell(t);
  const primary = await cluster.primary();
  await signalEtcd('STOP');
  try {
    await sleep(1.5 * cluster.leaseSeconds * 1_000);
    await Promise.all(sales.map((each) => each.goOn('sales go on', 5_000)));
  } finally {
    await signalEtcd('CONT');
  }
  await settle(t, sales);
  assert.equal(await cluster.primary(), primary);
});

const signalEtcd = (name: 'STOP' | 'CONT') =>
  Promise.all(cluster.machines.map((on) => on.run('etcd', ['sh', '-c', `kill -${name} $(pidof etcd)`])));

async function sell(t: TestContext): Promise<Sales[]> {
  const sales = [await startSales(t, apps[0]), await startSales(t, apps[1])];
  await Promise.all(sales.map((each) => each.goOn('sales begin', 20_000)));
  return sales;
}

/** Waits for the next primary, and until both apps sell and hear notices there. */
async function followPrimary(t: TestContext, sales: Sales[], former: Machine): Promise<Machine> {
  const startedAt = performance.now();
  const next = await cluster.promoted(former);
  t.diagnostic(`${next.name} was promoted after ${Math.round(performance.now() - startedAt)} ms`);
  moveName(NAME, next);
  const took = await Promise.all([
    ...sales.map((each) => each.goOn('sales go on', GOES_ON_WITHIN_MS)),
    ...apps.map(hearNotices),
  ]);
  t.diagnostic(`sales went on ${took.map(Math.round).join(', ')} ms later`);
  return next;
}

/** That the app listens: a notice that means nothing is counted. */
async function hearNotices(app: TestApp): Promise<number> {
  const ignored = async () => {
    const { text } = await app.get('/metrics');
    return Number(/^skyfox_notices_ignored_total (\d+)/m.exec(text)?.[1]);
  };
  const before = await ignored();
  const isHeard = async () => {
    await app.script(`notify skyfox_seats, 'nothing'`).catch(() => undefined);
    return (await ignored()) > before;
  };
  return eventually('notices are heard', isHeard, GOES_ON_WITHIN_MS);
}

async function settle(t: TestContext, sales: Sales[]): Promise<void> {
  for (const each of sales) t.diagnostic(await each.end());
  await cluster.whole();
  const [{ pool, bank }] = apps;
  await recover(pool, bank.charges());
  for (const each of sales) await each.assertKept();
  for (const app of apps) assert.equal((await app.get('/revenue', { as: app.admin })).status, 200);
}

/** Writes one row after the other at one server, whichever leads. */
function writeStraight(t: TestContext, url: string) {
  const acknowledged: { n: number; at: number }[] = [];
  const refusals = new Set<string | undefined>();
  const end = new AbortController();
  t.after(() => end.abort());
  const straight = { acknowledged, refusals, failedAt: 0, end: async () => (end.abort(), written) };
  const open = async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const write = async () => {
    let client: pg.Client | undefined;
    for (let n = 1; !end.signal.aborted; n++) {
      try {
        client ??= await open();
        await client.query('insert into straight values ($1)', [n]);
        acknowledged.push({ n, at: performance.now() });
      } catch (error) {
        straight.failedAt ||= performance.now();
        refusals.add((error as pg.DatabaseError).code);
        await client?.end().catch(() => undefined);
        client = undefined;
      }
      await sleep(20);
    }
    await client?.end().catch(() => undefined);
  };
  const written = write();
  return straight;
}
