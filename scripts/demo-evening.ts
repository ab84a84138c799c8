// `npm run demo:evening [-- --minutes N --seed N]`: customers, the counter and the door at a program of this desk.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { environment, readConfig, type Config } from '../src/start/config.ts';
import { openMigrated } from '../src/start/database.ts';
import { findAll } from '../src/checkout/checkout.ts';
import { StartFault } from '../src/platform/errors.ts';
import { createLog } from '../src/platform/log.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { createApi } from './evening/api.ts';
import { auditEvening, endHold } from './evening/books.ts';
import { refuseElsewhere, refuseShared } from './evening/desk.ts';
import { playEvening } from './evening/evening.ts';
import { createPeople, newRun } from './evening/people.ts';
import { planEvening } from './evening/plan.ts';
import { logIn } from './evening/players.ts';
import { describeEvening } from './evening/summary.ts';
import { scheduleTonight, type Tonight } from './evening/tonight.ts';

explain(`npm run demo:evening [-- --minutes N --seed N --base URL]

Plays an evening at a cinema that runs at this desk (npm start): customers choose, hesitate, pay or fail to, let holds
expire; walk-ins buy at the counter; tickets are scanned at the door. Watch it in the web app. At the end the takings are
compared with the books. Ctrl-C ends it early. Two shows of tonight, their slots, and the customers stay behind.

  --minutes N   3; from 0.2 to 30
  --seed N      the decisions of all players; drawn and printed where absent
  --base URL    http://localhost:PORT, where npm start listens

It needs the settings and the folder of npm start, and refuses production, or a database of another machine, with status 2.
The status is 1 if the database does not agree with the answers to the players.`);

const ONE_SIGNAL_MS = 1_000;
const USAGE = 'npm run demo:evening -- [--minutes N] [--seed N] [--base URL]';

await runTool(async () => {
  const wish = readWish(process.argv.slice(2));
  const config = readConfig(environment());
  const base = wish.base ?? `http://localhost:${config.port}`;
  await refuseElsewhere(config, base);
  const database = await openMigrated(config, createLog({ level: 'error' }), {
    borrow: true,
    migrates: false,
  });
  try {
    await refuseShared(database.pool);
    await play({ ...wish, config, base, database });
  } finally {
    await database.close();
  }
});

type Evening = {
  config: Config;
  base: string;
  database: Awaited<ReturnType<typeof openMigrated>>;
  minutes: number;
  seed: number;
};

async function play({ config, base, database, minutes, seed }: Evening): Promise<void> {
  const { pool } = database;
  const ended = endedBySignal();
  const api = createApi(base, config.apiGatewayKey);
  const staff = (username: string) => logIn(api, username, config.auth.seedPassword ?? '');
  const [counter, ...doors] = await Promise.all([
    staff('seed-user-1'),
    staff('staff-1'),
    staff('seed-user-2'),
  ]);
  const plan = planEvening({ seed, minutes });
  const run = newRun();
  const needs = { api, on: pool, admin: counter, zone: config.cinemaTimeZone };
  const shows = await scheduleTonight(needs, { minutes, run: run.id, movies: plan.movies });
  const people = createPeople(api, run);
  const before = await findAll(database.reports);
  const watcher = await people.watcher();
  printOpening({ base, shows, minutes, seed, login: `${watcher.username}, password ${run.password}` });

  const stage = {
    api,
    shows,
    people,
    counter,
    doors,
    age: (booking: number) => endHold(pool, booking),
    tell,
  };
  const tally = await playEvening(stage, plan, { seconds: minutes * 60, signal: ended });

  const audit = await auditEvening(pool, { tally, usernames: people.usernames(), before });
  console.log(`\nThe evening ${ended.aborted ? 'was ended early' : 'is over'} (seed ${seed}).`);
  console.log(describeEvening(tally, audit));
  if (audit.faults.length + tally.surprises.length > 0) process.exitCode = 1;
}

/**
 * Ctrl-C in a terminal arrives twice, from the terminal and from npm. Only a later signal ends the command at
 * once.
 */
function endedBySignal(): AbortSignal {
  const ended = new AbortController();
  let firstAt = Infinity;
  const onSignal = () => {
    if (performance.now() - firstAt > ONE_SIGNAL_MS) process.exit(130);
    firstAt = Math.min(firstAt, performance.now());
    ended.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return ended.signal;
}

type Opening = { base: string; shows: Tonight; minutes: number; seed: number; login: string };

function printOpening({ base, shows, minutes, seed, login }: Opening): void {
  const again = `npm run demo:evening -- --minutes ${minutes} --seed ${seed}`;
  console.log(`\nAn evening of ${minutes} minutes. The same decisions again: ${again}`);
  console.log(`  The wall   ${base}/app/wall`);
  for (const showing of shows) {
    if (showing === undefined) continue;
    const { id, title, date, start } = showing;
    console.log(`  A hall     ${base}/app/show/${id}  ${title}, ${date} ${start}`);
  }
  console.log(`  Log in     ${login}`);
  console.log('  Ctrl-C ends it\n');
}

function tell(line: string): void {
  console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
}

function readWish(args: string[]): { minutes: number; seed: number; base: string | undefined } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: '3' },
        seed: { type: 'string', default: String(randomInt(2 ** 32)) },
        base: { type: 'string' },
      },
    });
    const minutes = Number(values.minutes);
    if (!(minutes >= 0.2 && minutes <= 30)) throw new Error('--minutes wants a number from 0.2 to 30');
    if (!/^\d{1,10}$/.test(values.seed)) throw new Error('--seed wants a whole number');
    const base = values.base?.replace(/\/$/, '');
    if (base !== undefined && !URL.canParse(base)) throw new Error('--base wants an address');
    return { minutes, seed: Number(values.seed), base };
  } catch (error) {
    throw new StartFault(`${(error as Error).message}\n${USAGE}`, error);
  }
}
