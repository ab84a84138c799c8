import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokens } from '../../src/auth/auth.ts';
import { startEmbeddedDatabase } from '../../src/platform/embedded/embedded-database.ts';
import { fill } from '../../test/support/fill.ts';
import { createPool, one, sql, type Pool } from '../../src/platform/database/db.ts';
import { freePort } from '../../src/platform/process/free-port.ts';
import { startProxy } from '../../test/support/tcp-proxy.ts';
import { cpuOf, postmasterPidIn, type Cpu } from './cpu.ts';

export const SECRET = 'a secret for benchmarks that is long enough';

export const bearer = (token = '') => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

/** A database on disk as in production, the app and a plain server as separate processes, and customers. */
export type Stage = {
  pool: Pool;
  databaseUrl: string;
  app: string;
  bare: string;
  appPid: number;
  cpu(): Cpu;
  /** Starts another app on the same database, and counts the messages that it has sent there so far. */
  overhear<T>(use: (overheard: Overheard) => Promise<T>): Promise<T>;
  customers: { username: string; token: string }[];
  admin: { token: string };
  label: string;
  /** Whether there were bookings in the tables before. */
  isGrown: boolean;
  /** The app's settings, with which another one can start on the same database. */
  settings: Record<string, string>;
  anybody(): { username: string; token: string };
  /** Ends with the stage, before it. */
  atEnd(end: () => unknown): void;
  /** Free seats: a show and two seats of it, a new pair each time. */
  nextPair(): { show_id: number; seat_numbers: string[] };
  firstShow: number;
  close(): Promise<void>;
};

type Overheard = { app: string; messages: () => number };
type Wanted = {
  env?: Record<string, string> | undefined;
  bookings?: number;
  /** The folder of the program that is measured, if it is another checkout. */
  checkout?: string;
  customers?: number;
  shows?: number;
};

export async function openStage(wanted: Wanted = {}): Promise<Stage> {
  const { env = {}, bookings = 0, checkout = '.', customers: people = 200, shows = 4_000 } = wanted;
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-bench-'));
  const database = await startEmbeddedDatabase({ dataDir, log: { info: () => {}, warn: console.warn } });
  const children: ChildProcess[] = [];
  const ends: (() => unknown)[] = [];
  const start = async (file: string, { cwd = '.', ...more }: Record<string, string>) => {
    const port = await freePort();
    const child = spawn(process.execPath, [file], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DATABASE_URL: database.url, ...more, PORT: String(port) },
    });
    children.push(child);
    const url = `http://127.0.0.1:${port}`;
    await answers(`${url}/health`);
    return { url, child, pid: child.pid ?? 0 };
  };
  const bare = await start('bench/support/bare.ts', {});
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    JWT_SECRET_KEY: SECRET,
    CINEMA_TIME_ZONE: 'UTC',
    RATE_LIMIT_PER_ACCOUNT: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    PAYMENT_GATEWAY_URL: bare.url,
    ...env,
  };
  const startApp = async (url: string) => {
    const started = await start('src/main.ts', { ...settings, DATABASE_URL: url, cwd: checkout });
    await answers(`${started.url}/ready`);
    return started;
  };
  // Programs before sockets were used reach their database by TCP, and so does the proxy that counts.
  const app = await startApp(checkout === '.' ? database.url : byTcp(database.url));
  const pool = createPool({ url: database.url, max: 4, name: 'bench', statementTimeoutMs: 600_000 });
  if (bookings > 0) await fill(database.url, { bookings, withSeats: true });
  const customers = await invite(pool, people, shows);
  const { first } = await one<{ first: number }>(
    pool,
    sql`select min(id) as first from show where date > current_date + 30`,
  );
  let count = 0;
  return {
    pool,
    databaseUrl: database.url,
    app: app.url,
    bare: bare.url,
    appPid: app.pid,
    cpu: () => cpuOf({ programPid: app.pid, postmasterPid: postmasterPidIn(dataDir) }),
    async overhear(use) {
      const closes: (() => unknown)[] = [];
      const proxy = await startProxy({ after: (close) => void closes.push(close) }, byTcp(database.url));
      const other = await startApp(proxy.url);
      try {
        return await use({ app: other.url, messages: proxy.messages });
      } finally {
        await stop(other.child);
        for (const close of closes) close();
      }
    },
    customers,
    admin: { token: createTokens(SECRET).issue({ username: 'seed-user-1', role: 'admin', version: 0 }) },
    label: checkout === '.' ? `${bookings.toLocaleString('en')} bookings` : checkout,
    isGrown: bookings > 0,
    settings,
    anybody: () => customers[Math.floor(Math.random() * customers.length)] ?? { username: '', token: '' },
    atEnd: (end) => void ends.push(end),
    firstShow: first,
    nextPair() {
      const place = Math.floor(count / shows);
      const show_id = first + (count % shows);
      count += 1;
      const row = 'ABCDEFGHIJ'[Math.floor(place / 5) % 10] ?? 'A';
      const seat = (place % 5) * 2 + 1;
      return { show_id, seat_numbers: [`${row}${seat}`, `${row}${seat + 1}`] };
    },
    async close() {
      for (const end of ends.toReversed()) await end();
      await pool.end();
      for (const child of children.toReversed()) await stop(child);
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function byTcp(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  return url.href;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Shows of today and from a month on, and customers with money. */
async function invite(pool: Pool, people: number, shows: number) {
  await pool.run(sql`
    insert into show (movie_id, date, slot_id, cost)
    select 'tt0111161', current_date + 31 + day::integer, slot.id, 200
    from generate_series(0, ${shows / 4 - 1}::integer) day, slot
    order by day, slot.id`);
  await pool.run(sql`
    insert into show (movie_id, date, slot_id, cost)
    select 'tt0111161', (now() at time zone 'UTC')::date, slot.id, 200
    from slot`);
  const names = Array.from({ length: people }, (_, i) => `bench${i}`);
  await pool.run(sql`
    insert into usertable (username, password, role)
    select name, 'nobody''s', 'customer' from unnest(${names}::text[]) name`);
  await pool.run(sql`
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    select 'Asha Rao', name, (7000000000 + place)::text, name || '@example.com', 1, ''
    from unnest(${names}::text[]) with ordinality people (name, place)`);
  await pool.run(sql`
    with opened as (
      insert into customer_wallet (username, balance)
      select name, 90000000 from unnest(${names}::text[]) name
      returning id, username, balance
    )
    insert into wallet_transaction (wallet_id, username, transaction_id, amount, transaction_type)
    select id, username, gen_random_uuid()::text, balance, 'ADD' from opened`);
  const tokens = createTokens(SECRET);
  return names.map((username) => ({
    username,
    token: tokens.issue({ username, role: 'customer', version: 0 }),
  }));
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} did not answer within a minute`);
}
