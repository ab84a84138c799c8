import { parseArgs } from 'node:util';
import { takeOver } from '../src/bookings/bookings.ts';
import { environment, readConfig, type Config } from '../src/config.ts';
import { borrowEmbeddedDatabase } from '../src/embedded/embedded-database.ts';
import { StartFault } from '../src/platform/errors.ts';
import { runTool } from '../src/platform/tool.ts';
import { migrate, migrationStatus } from '../src/database/migrations.ts';

const usage = 'npm run migrate -- up | down | status [--to N] [--keep-earliest]';
const log = { info: console.log, warn: console.warn };

type Wish = { verb: 'up' | 'down' | 'status'; to: number | undefined; keepEarliest: boolean };
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
      options: { to: { type: 'string' }, 'keep-earliest': { type: 'boolean', default: false } },
    });
    const [verb, ...rest] = positionals;
    if (verb !== 'up' && verb !== 'down' && verb !== 'status') throw new Error('up, down or status');
    if (rest.length > 0) throw new Error(`${rest[0]} is too much`);
    if (values.to !== undefined && !/^\d{1,6}$/.test(values.to)) throw new Error('--to wants a number');
    return {
      verb,
      to: values.to === undefined ? undefined : Number(values.to),
      keepEarliest: values['keep-earliest'],
    };
  } catch (error) {
    throw new StartFault(`${(error as Error).message}\n${usage}`, error);
  }
}

async function fulfil({ verb, to, keepEarliest }: Wish, config: Config, url: string): Promise<void> {
  const { cinemaTimeZone: zone, bookings } = config;
  if (verb !== 'status') {
    await migrate({
      url,
      log,
      direction: verb,
      ...(to !== undefined && { to }),
      settings: { 'skyfox.time_zone': zone },
      beforeOurs: (client) =>
        takeOver(client, { keepEarliest, holdSeconds: bookings.holdSeconds, zone, log }),
    });
  }
  const { migrations, unknown, reference } = await migrationStatus(url);
  for (const { name, done } of migrations) console.log(`${done ? 'done   ' : 'pending'} ${name}`);
  for (const name of unknown) console.log(`newer   ${name}`);
  if (reference) {
    console.log(`schema_migrations: version ${reference.version}${reference.dirty ? ', dirty' : ''}`);
  }
}
