import bcrypt from 'bcrypt';
import { availableParallelism } from 'node:os';
import { sql } from '../src/platform/database/db.ts';
import type { Subject } from './figures.ts';
import { load, type Measured } from './support/load.ts';
import type { Stage } from './support/stage.ts';

const PASSWORD = 'Harbour@2026';
const COST = 12;
const json = { 'content-type': 'application/json' };

/** Gives every customer a password whose hash has the production cost. */
async function givePasswords({ pool }: Stage): Promise<void> {
  const hash = await bcrypt.hash(PASSWORD, COST);
  await pool.run(sql`update usertable set password = ${hash} where username like 'bench%'`);
}

const logIn = (stage: Stage, connections: number, seconds: number): Promise<Measured> =>
  load({
    url: stage.app,
    connections,
    seconds,
    requests: [
      {
        setupRequest: (request) => {
          const { username } = stage.customers[Math.floor(Math.random() * stage.customers.length)] ?? {};
          const body = JSON.stringify({ username, password: PASSWORD });
          return { ...request, method: 'POST', path: '/login', headers: json, body };
        },
      },
    ],
  });

export const logins: Subject = {
  name: 'logins, 16 connections',
  meaning:
    'How many customers a second can log in; hashing bounds it, not the program.\n' +
    'The limit is bcrypt.compare alone at the same cost, as many at once as there are cores.',
  unit: 'logins/s',
  aim: '90 %',
  limitIs: 'bare bcrypt.compare',
  prepare: givePasswords,
  ours: async (stage, seconds) => (await logIn(stage, 16, Math.max(seconds, 5))).perSecond,
  limit: async (_stage, seconds) => {
    const hash = await bcrypt.hash(PASSWORD, COST);
    const endsAt = performance.now() + Math.max(seconds, 5) * 1_000;
    let done = 0;
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: availableParallelism() }, async () => {
        while (performance.now() < endsAt) {
          await bcrypt.compare(PASSWORD, hash);
          done += 1;
        }
      }),
    );
    return done / ((performance.now() - startedAt) / 1_000);
  },
};

const programme = (stage: Stage, seconds: number) =>
  load({
    url: stage.app,
    connections: 4,
    seconds,
    requests: [{ path: '/shows', headers: { authorization: `Bearer ${stage.customers[0]?.token}` } }],
  });

export const storm: Subject = {
  name: 'p99 of /shows while logins saturate',
  meaning:
    'What customers who are in already feel when everybody logs in at once.\n' +
    'Beside it the same p99 without the storm.',
  unit: 'ms',
  aim: 'under 300 % of it',
  limitIs: 'p99 without the storm',
  prepare: givePasswords,
  ours: async (stage, seconds) => {
    const hashing = logIn(stage, 16, seconds + 1);
    const { p99Ms } = await programme(stage, seconds);
    await hashing;
    return p99Ms;
  },
  limit: async (stage, seconds) => Math.max(0.5, (await programme(stage, seconds)).p99Ms),
};
