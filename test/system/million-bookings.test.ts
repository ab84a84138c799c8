import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTokens } from '../../src/auth/auth.ts';
import { JWT_SECRET } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { fill } from '../support/fill.ts';
import { startProcess, type Child } from '../support/process.ts';

const BOOKINGS = Number(process.env['EXPORTED_BOOKINGS'] ?? 1_000_000);
const MORE_MEMORY_MB = 60;

test(`${BOOKINGS} bookings are exported in little memory, and the statement ends with a reader that leaves`, async (t) => {
  const { url } = await createDatabase(t);
  const filledIn = await timed(() => fill(url, { bookings: BOOKINGS }));
  t.diagnostic(`filled in ${filledIn.toFixed(0)} ms`);
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  t.after(() => database.end());
  const child = await startProcess(t, { databaseUrl: url });
  const admin = {
    token: createTokens(JWT_SECRET).issue({ username: 'seed-user-1', role: 'admin', version: 0 }),
  };

  const export_ = async (coding: string): Promise<IncomingMessage> => {
    const headers = { authorization: `Bearer ${admin.token}`, 'accept-encoding': coding };
    const [response] = await once(get(`${child.base}/booking-csv`, { headers }), 'response');
    return response as IncomingMessage;
  };
  const statements = async () => {
    const { rowCount } = await database.query(
      `select from pg_stat_activity where application_name = 'skyfox reports' and state <> 'idle'`,
    );
    return rowCount;
  };

  for (const coding of ['identity', 'gzip']) {
    await t.test(`alone, ${coding}`, async (t) => {
      // What a process takes once and for all is not the export's.
      for (let i = 0; i < 300; i++) await child.get('/slot-all', { as: admin });
      await child.get('/booking-csv?month=2', { as: admin });
      const before = memoryMb(child);
      let most = 0;
      const looking = setInterval(() => (most = Math.max(most, memoryMb(child))), 20);
      let bytes = 0;
      let lines = 0;
      const ms = await timed(async () => {
        for await (const chunk of await export_(coding)) {
          bytes += chunk.length;
          if (coding === 'identity') for (const byte of chunk as Buffer) if (byte === 10) lines += 1;
        }
      });
      clearInterval(looking);
      const more = most - before;
      t.diagnostic(
        `${(bytes / 1e6).toFixed(1)} MB in ${ms.toFixed(0)} ms, ${more.toFixed(0)} MB more memory`,
      );
      if (coding === 'identity') assert.equal(lines, 1 + BOOKINGS - BOOKINGS / 50);
      assert.ok(more < MORE_MEMORY_MB, `${more} MB more`);
    });
  }

  await t.test('beside other routes', async (t) => {
    t.diagnostic(`other routes alone: ${await p99Of(child, admin, sleep(5_000))}`);
    const read = export_('identity')
      .then((response) => response.resume())
      .then((response) => once(response, 'end'));
    t.diagnostic(`other routes beside an export: ${await p99Of(child, admin, read)}`);
  });

  await t.test('cut in the middle', async (t) => {
    const response = await export_('identity');
    let read = 0;
    for await (const chunk of response) if ((read += (chunk as Buffer).length) > 20e6) break;
    assert.ok(read > 20e6);
    const ms = await eventually('the statement is gone', async () => (await statements()) === 0);
    t.diagnostic(`nothing was left after ${ms.toFixed(0)} ms`);
  });

  await t.test('cut while the database still sorts', async (t) => {
    const request = get(`${child.base}/booking-csv`, { headers: { authorization: `Bearer ${admin.token}` } });
    request.on('error', () => undefined);
    await eventually('it has begun', async () => (await statements()) === 1);
    request.destroy();
    const ms = await eventually('the statement is gone', async () => (await statements()) === 0, 1_000);
    t.diagnostic(`nothing was left after ${ms.toFixed(0)} ms`);
  });

  await t.test('counted by the revenue', async (t) => {
    const ask = async () => child.get('/revenue?timeframe=monthly', { as: admin });
    const open = await ask();
    await eventually(
      'the months are closed',
      async () => {
        const { rows } = await database.query<{ open: string }>(
          `select open_from::text as open from revenue_closing`,
        );
        return (rows[0]?.open ?? '') > new Date(Date.now() - 46 * 86_400_000).toISOString();
      },
      30_000,
    );
    const closed = await timed(ask);
    assert.deepEqual((await ask()).data, open.data);
    assert.equal(open.data['total_bookings'], BOOKINGS - BOOKINGS / 50);
    t.diagnostic(`monthly revenue, months closed: ${closed.toFixed(0)} ms`);
  });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function memoryMb({ pid }: Child): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

/** The 50th and 99th of a hundred answers of light routes, asked by four clients until something ends. */
async function p99Of(child: Child, as: { token: string }, end: Promise<unknown>): Promise<string> {
  const times: number[] = [];
  const until = { over: false };
  const client = async () => {
    while (!until.over) {
      times.push(await timed(() => child.get('/slot-all', { as })));
      await sleep(10);
    }
  };
  const clients = [client(), client(), client(), client()];
  await end.finally(() => (until.over = true));
  await Promise.all(clients);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor(part * sorted.length)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
