import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { createApp } from '../../src/app.ts';
import { createTokens } from '../../src/auth/auth.ts';
import { readConfig } from '../../src/start/config.ts';
import { createDependencies } from '../../src/start/dependencies.ts';
import { startSimulator } from '../../src/payments/simulator.ts';
import { createClosing } from '../../src/platform/process/closing.ts';
import { createPool, many, one, sql, type Pool } from '../../src/platform/database/db.ts';
import { createLog } from '../../src/platform/log.ts';
import { assertAwaited } from './awaited.ts';
import { call, type Answer, type Ask } from './call.ts';
import { createDatabase, type Owner } from './database.ts';
import { watchRefusals } from './openapi.ts';
import { databaseSettings } from './server.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

export const JWT_SECRET = 'a secret for tests that is long enough';
/** What every app under test is told, but for where its neighbours are. */
export const SETTINGS = {
  DATABASE_POOL_MAX: '30',
  JWT_SECRET_KEY: JWT_SECRET,
  BCRYPT_COST: '4',
  CINEMA_TIME_ZONE: 'UTC',
  RATE_LIMIT_PER_ACCOUNT: '0',
  RATE_LIMIT_PER_ADDRESS: '0',
  PAYMENT_GATEWAY_API_KEY: 'simulator',
};
export const CARD = {
  card_number: '4242424242424242',
  cvv: '123',
  expiry_month: '12',
  expiry_year: '39',
  cardholder_name: 'Asha Rao',
};

type Options = { env?: Record<string, string>; databaseUrl?: string };
/** `role`: a customer's where there is none. */
export type Person = { username: string; token: string; role?: string };

/** The real app on a database of its own, with a payment simulator that answers at once. Closed with the test. */
export async function startApp(t: Owner, { env = {}, databaseUrl }: Options = {}) {
  const database = databaseUrl ?? (await createDatabase(t)).url;
  const opened = createClosing();
  t.after(() => opened.close());
  const dataDir = opened.owns(await mkdtemp(join(tmpdir(), 'skyfox-app-')), (folder) =>
    rm(folder, { recursive: true, force: true }),
  );
  const bank = opened.owns(await startSimulator({ apiKey: 'simulator' }), (simulator) => simulator.close());
  const port = await freePort();
  const config = readConfig({
    ...SETTINGS,
    ...(env['DATABASE_URL'] === undefined && databaseSettings(database)),
    DATA_DIR: dataDir,
    PORT: String(port),
    PAYMENT_GATEWAY_URL: bank.url,
    ...env,
  });
  const lines: string[] = [];
  const log = createLog({ level: 'info', out: { write: (line) => lines.push(line) } });
  const needs = opened.owns(await createDependencies(config, log, 'alone'), (ready) => ready.close());
  assertAwaited(needs.pool);
  const app = opened.owns(await createApp(needs), (listening) => listening.close());
  const unlisted = watchRefusals(app);
  t.after(() => assert.deepEqual(unlisted, [], 'refusals that OpenAPI does not list for their routes'));
  await app.listen({ host: '127.0.0.1', port });
  // Like a pooler's, so that a script of several statements may be sent.
  const pool = opened.owns(createPool({ url: database, max: 5, name: 'test', pooled: true }), (own) =>
    own.end(),
  );
  const base = `http://127.0.0.1:${port}`;
  return {
    base,
    databaseUrl: database,
    dataDir,
    needs,
    bank,
    pool,
    lines,
    stop: () => opened.close(),
    /** A request without a socket, for tests that ask thousands of times. */
    inject: (ask: InjectOptions) => app.inject(ask),
    ...people(pool),
    ...requests(base),
    ...rows(pool),
  };
}

export type TestApp = Awaited<ReturnType<typeof startApp>>;

/** What a test asks of an app that listens at `base`. */
export function requests(base: string) {
  return {
    call: (method: string, path: string, ask?: Ask): Promise<Answer> => call(base, method, path, ask),
    get: (path: string, ask?: Ask) => call(base, 'GET', path, ask),
    post: (path: string, ask?: Ask) => call(base, 'POST', path, ask),
    hold: (person: Person, showId: number, seats: readonly string[]) =>
      call(base, 'POST', '/customer/booking/initialize', {
        as: person,
        body: { show_id: showId, seat_numbers: seats },
      }),
    pay: (person: Person, bookingId: number, payment: object = { payment_method: 'Card', ...CARD }) =>
      call(base, 'POST', '/customer/booking/payment', {
        as: person,
        body: { booking_id: bookingId, ...payment },
      }),
    cancel: (person: Person, bookingId: number) =>
      call(base, 'DELETE', `/customer/booking/${bookingId}/cancel`, { as: person }),
  };
}

let count = 0;

/** People without the cost of hashing: their passwords are nobody's, their tokens are real. */
function people(pool: Pool) {
  const tokens = createTokens(JWT_SECRET);
  const customers = async (howMany: number, { balance = '0.00' } = {}): Promise<Person[]> => {
    const names = Array.from({ length: howMany }, () => `guest${process.pid}x${++count}`);
    await pool.transaction(async (tx) => {
      await tx.run(sql`
        insert into usertable (username, password, role)
        select name, 'nobody''s', 'customer' from unnest(${names}::text[]) name`);
      await tx.run(sql`
        insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
        select 'Asha Rao', name, lpad((6000000000 + row_number() over () + ${count}::bigint * 1000)::text, 10, '0'),
          name || '@example.com', 1, ''
        from unnest(${names}::text[]) name`);
      await tx.run(sql`
        with opened as (
          insert into customer_wallet (username, balance)
          select name, ${balance}::numeric from unnest(${names}::text[]) name
          returning id, username, balance
        )
        insert into wallet_transaction (wallet_id, username, transaction_id, amount, transaction_type)
        select id, username, gen_random_uuid()::text, balance, 'ADD' from opened where balance > 0`);
    });
    return names.map((username) => ({
      username,
      token: tokens.issue({ username, role: 'customer', version: 0 }),
    }));
  };
  const staff = (username: string, role: string): Person => ({
    username,
    role,
    token: tokens.issue({ username, role, version: 0 }),
  });
  return {
    customers,
    customer: async (options?: { balance?: string }): Promise<Person> => {
      const [person] = await customers(1, options);
      if (!person) throw new Error('no customer');
      return person;
    },
    admin: staff('seed-user-1', 'admin'),
    /** Another admin: for a second counter. */
    secondAdmin: staff('seed-user-2', 'admin'),
    staff: staff('staff-1', 'staff'),
  };
}

let showDay = 30;

function rows(pool: Pool) {
  return {
    /** A show of its own day: `days` from today, in a slot of the four. */
    show: async ({
      days = ++showDay,
      slotId = 1,
      cost = '200.00',
      movieId = 'tt0111161',
    } = {}): Promise<number> => {
      const { id } = await one<{ id: number }>(
        pool,
        sql`
        insert into show (movie_id, date, slot_id, cost)
        values (${movieId}, (now() at time zone 'UTC')::date + ${days}::integer, ${slotId}, ${cost})
        returning id`,
      );
      return id;
    },
    count: async (table: string, where = 'true'): Promise<number> => {
      const { found } = await one<{ found: number }>(
        pool,
        sql([`select count(*) as found from ${table} where ${where}`]),
      );
      return found;
    },
    rows: <Row>(text: string) => many<Row>(pool, sql([text])),
    script: async (text: string): Promise<void> => {
      await pool.run(sql([text]));
    },
    /** Ends a hold so many seconds ago. */
    age: (bookingId: number, seconds = 1) =>
      pool.run(sql`
        update pending_booking_tracker
        set expiration_time = clock_timestamp() - make_interval(secs => ${seconds})
        where booking_id = ${bookingId}`),
  };
}
