import type autocannon from 'autocannon';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { one, sql } from '../src/database/db.ts';
import type { Subject } from './figures.ts';
import { logins, storm } from './logins.ts';
import { load } from './support/load.ts';
import { tickets } from './tickets.ts';
import type { Stage } from './support/stage.ts';

const bearer = (token = '') => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

/** A GET of ours beside bare Fastify sending the same bytes. */
function read(name: string, path: (stage: Stage) => string, meaning: string, aim: string): Subject {
  const connections = 32;
  return {
    name,
    meaning,
    unit: 'requests/s',
    aim,
    limitIs: 'bare Fastify, same bytes',
    async prepare(stage) {
      const answer = await fetch(stage.app + path(stage), { headers: bearer(stage.customers[0]?.token) });
      await fetch(`${stage.bare}/bytes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: await answer.text(),
      });
    },
    ours: async (stage, seconds) => {
      const headers = bearer(stage.customers[0]?.token);
      const requests = [{ path: path(stage), headers }];
      return (await load({ url: stage.app, connections, seconds, requests })).perSecond;
    },
    limit: async (stage, seconds) =>
      (await load({ url: stage.bare, connections, seconds, requests: [{ path: '/bytes' }] })).perSecond,
  };
}

/** Holds of two seats, spread over seats, customers and connections. */
function holds(connections: number): Subject {
  return {
    name: `holds of two seats, ${connections} connections`,
    meaning:
      'How many customers a second can take their seats on the evening a blockbuster opens.\n' +
      'The limit is the same statement behind bare Fastify: what is lost to it is ids, tokens, checks and monitors.',
    unit: 'holds/s',
    aim: '70 %',
    limitIs: 'the same statement bare',
    ours: async (stage, seconds) => {
      const requests = [holdRequest(stage)];
      return (await load({ url: stage.app, connections, seconds, requests })).perSecond;
    },
    limit: async (stage, seconds) => {
      const setupRequest = (request: autocannon.Request): autocannon.Request => ({
        ...request,
        method: 'POST',
        path: '/hold',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...stage.nextPair(), username: anybody(stage).username }),
      });
      return (await load({ url: stage.bare, connections, seconds, requests: [{ setupRequest }] })).perSecond;
    },
  };
}

const anybody = ({ customers }: Stage) =>
  customers[Math.floor(Math.random() * customers.length)] ?? { username: '', token: '' };

function holdRequest(
  stage: Stage,
  onHeld?: (id: number, context: object, token: string) => void,
): autocannon.Request {
  const owners = new WeakMap<object, string>();
  return {
    setupRequest: (request, context) => {
      const { token } = anybody(stage);
      owners.set(context, token);
      return {
        ...request,
        method: 'POST',
        path: '/customer/booking/initialize',
        headers: bearer(token),
        body: JSON.stringify(stage.nextPair()),
      };
    },
    onResponse: (status, body, context) => {
      if (status !== 201 || !onHeld) return;
      const { data } = JSON.parse(body) as { data: { booking_id: number } };
      onHeld(data.booking_id, context, owners.get(context) ?? '');
    },
  };
}

const walletCycle: Subject = {
  name: 'hold, then pay by wallet, 32 connections',
  meaning:
    'How many customers a second can finish, from an empty seat to a confirmed booking paid from the wallet.\n' +
    'The limit is the same statements, hold and payment, behind bare Fastify in one request.',
  unit: 'bookings/s',
  aim: '60 %',
  limitIs: 'the same statements bare',
  ours: async (stage, seconds) => {
    const held = new WeakMap<object, { id: number; token: string }>();
    const pay: autocannon.Request = {
      setupRequest: (request, context) => {
        const { id, token } = held.get(context) ?? { id: 0, token: '' };
        const body = JSON.stringify({ booking_id: id, payment_method: 'Wallet' });
        return {
          ...request,
          method: 'POST',
          path: '/customer/booking/payment',
          headers: bearer(token),
          body,
        };
      },
    };
    const hold = holdRequest(stage, (id, context, token) => held.set(context, { id, token }));
    const { perSecond } = await load({ url: stage.app, connections: 32, seconds, requests: [hold, pay] });
    return perSecond / 2;
  },
  limit: async (stage, seconds) => {
    const setupRequest = (request: autocannon.Request): autocannon.Request => ({
      ...request,
      method: 'POST',
      path: '/cycle',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...stage.nextPair(), username: anybody(stage).username }),
    });
    return (await load({ url: stage.bare, connections: 32, seconds, requests: [{ setupRequest }] }))
      .perSecond;
  },
};

const MONITORS = 10_000;

const monitors: Subject = {
  name: `lateness of ${MONITORS} holds of 40 seconds, p99`,
  meaning:
    'How long after its end a seat that was not paid for is taken off, so that whoever watches sees it free.\n' +
    'Each hold has a monitor of its own; the memory they take is printed with it.',
  unit: 'ms late (upper end of a bucket)',
  aim: 'at most 100 ms, under 20 MB',
  env: { HOLD_SECONDS: '40' },
  ours: async (stage) => {
    // The first wave grows the process to its size; the second shows what monitors add.
    await takeHolds(stage);
    while ((await holdsAlive(stage)) > 0) await sleep(1_000);
    const before = await residentMb(stage.appPid);
    await takeHolds(stage);
    console.log(`  ${MONITORS} monitors took ${((await residentMb(stage.appPid)) - before).toFixed(1)} MB`);
    while ((await holdsAlive(stage)) > 0) await sleep(1_000);
    return percentile(await lateness(stage), 0.99);
  },
};

async function takeHolds(stage: Stage): Promise<void> {
  const workers = Array.from({ length: 32 }, async (_, worker) => {
    for (let i = worker; i < MONITORS; i += 32) {
      await fetch(`${stage.app}/customer/booking/initialize`, {
        method: 'POST',
        headers: bearer(anybody(stage).token),
        body: JSON.stringify(stage.nextPair()),
      });
    }
  });
  await Promise.all(workers);
}

async function holdsAlive({ pool }: Stage): Promise<number> {
  const { alive } = await one<{ alive: number }>(
    pool,
    sql`select count(*) as alive from pending_booking_tracker`,
  );
  return alive;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

type Buckets = Map<number, number>;

async function lateness(stage: Stage): Promise<Buckets> {
  const text = await (await fetch(`${stage.app}/metrics`)).text();
  const lines = text.matchAll(/skyfox_hold_expiry_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)/g);
  return new Map(
    [...lines].map(([, le, count]) => [le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), Number(count)]),
  );
}

/** The upper end of the bucket in which the share lies, in milliseconds. */
function percentile(buckets: Buckets, share: number): number {
  const counts = [...buckets];
  const total = counts.at(-1)?.[1] ?? 0;
  return (counts.find(([, count]) => count >= total * share)?.[0] ?? Number.NaN) * 1_000;
}

export const cases: readonly Subject[] = [
  read(
    'seat map, 32 connections',
    ({ firstShow }) => `/shows/${firstShow}/seat-map`,
    'How many looks at a seat map a second one process answers while everybody waits for the same premiere.\n' +
      'The limit sends the same bytes and nothing else: no token, no id, no log.',
    '70 %',
  ),
  read(
    'shows of a day, 32 connections',
    () => '/shows',
    'How many customers a second can open the programme of a day.\nThe limit sends the same bytes and nothing else.',
    '70 %',
  ),
  holds(32),
  holds(128),
  walletCycle,
  logins,
  storm,
  tickets,
  monitors,
];
