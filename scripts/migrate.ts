import { parseArgs } from 'node:util';
import { takeOver } from '../src/bookings/bookings.ts';
import { environment, readConfig, type Config } from '../src/start/config.ts';
import { borrowEmbeddedDatabase } from '../src/platform/embedded/embedded-database.ts';
import { StartFault } from '../src/platform/errors.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { checkWayBack } from '../src/bookings/bookings.ts';
import { restoreRecords } from './restore-records.ts';
import { migrate } from '../src/platform/migrations/migrations.ts';
import { inTurn, withSession } from '../src/platform/migrations/migration-session.ts';
import { migrationStatus } from '../src/platform/migrations/migration-status.ts';

const usage = 'npm run migrate -- up | down | status [--to N] [--keep-earliest] [--restore FILE]';
explain(`${usage}

  up      brings the database to the last migration, or to N; a start does the same
  down    takes back the last migration, or all after N; the program must not run meanwhile
          What would be lost is looked at first. Money that is open stops it. Settled records that the older schema
          cannot hold are written to a file under DATA_DIR, which is named.
  status  lists what is done and what is not, and changes nothing; ends with 2 where something is not done

  --to N            the number of the last migration that the database then has
  --restore FILE    after up: puts back the keys, nonces and check-ins of tickets that down wrote to that file, so that tickets
                    from before stay good; before the program starts again
  --keep-earliest   at the take-over of a database where coming seats were sold twice: the oldest booking keeps the seat

The database is DATABASE_DIRECT_URL, DATABASE_URL, or the embedded one of DATA_DIR.`);
const log = { info: console.log, warn: console.warn };

type Wish = {
  verb: 'up' | 'down' | 'status';
  to: number | undefined;
  keepEarliest: boolean;
  restore: string | undefined;
};
await runTool(async () => {
  const wish = readWish(process.argv.slice(2));
  const config = readConfig(environment());
  const { dataDir, database } = config;
  const own = database.url ? undefined : await borrowEmbeddedDatabase({ dataDir, log });
  try {
    await fulfil(wish, config, database.directUrl ?? database.url ?? own?.url ?? '');
  } finally {
    await own?.stop();
  }
});

function readWish(args: string[]): Wish {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        'keep-earliest': { type: 'boolean', default: false },
        restore: { type: 'string' },
      },
    });
    const [verb, ...rest] = positionals;
    if (verb !== 'up' && verb !== 'down' && verb !== 'status') throw new Error('up, down or status');
    if (values.restore !== undefined && verb !== 'up') throw new Error('--restore goes with up');
    if (rest.length > 0) throw new Error(`${rest[0]} is too much`);
    if (values.to !== undefined && !/^\d{1,6}$/.test(values.to)) throw new Error('--to wants a number');
    return {
      verb,
      to: values.to === undefined ? undefined : Number(values.to),
      keepEarliest: values['keep-earliest'],
      restore: values.restore,
    };
  } catch (error) {
    throw new StartFault(`${(error as Error).message}\n${usage}`, error);
  }
}

async function fulfil({ verb, to, keepEarliest, restore }: Wish, config: Config, url: string): Promise<void> {
  const { cinemaTimeZone: zone, bookings } = config;
  if (verb !== 'status') {
    await migrate({
      url,
      log,
      direction: verb,
      ...(to !== undefined && { to }),
      zone: { name: zone, isSet: config.cinemaTimeZoneIsSet },
      beforeOurs: (client) =>
        takeOver(client, { keepEarliest, holdSeconds: bookings.holdSeconds, zone, log }),
      beforeDown: (client, target) => checkWayBack(client, { to: target, folder: config.dataDir, log }),
    });
  }
  if (verb === 'up' && restore !== undefined) {
    const count = await withSession(url, log, (client) =>
      inTurn(client, { log, giveUpMs: 60_000 }, () => restoreRecords(client, restore)),
    );
    console.log(`${count} records of ${restore} are back`);
  }
  const { migrations, unknown, reference } = await migrationStatus(url);
  for (const { name, done } of migrations) console.log(`${done ? 'done   ' : 'pending'} ${name}`);
  for (const name of unknown) console.log(`newer   ${name}`);
  const isBehind = migrations.some(({ done }) => !done);
  if (verb === 'status' && isBehind) {
    console.log('the database is older than this program; nothing was changed');
    process.exitCode = 2;
  }
  if (reference) {
    console.log(`schema_migrations: version ${reference.version}${reference.dirty ? ', dirty' : ''}`);
  }
}
