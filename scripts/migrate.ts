import { parseArgs } from 'node:util';
import { environment, readConfig } from '../src/config.ts';
import { startEmbeddedDatabase } from '../src/platform/embedded-database.ts';
import { StartFault } from '../src/platform/errors.ts';
import { migrate, migrationStatus, type MigrateOptions } from '../src/platform/migrations.ts';

const usage = 'npm run migrate -- up | down | status [--to N] [--keep-earliest]';
const log = { info: console.log, warn: console.warn };

type Wish = { verb: 'up' | 'down' | 'status'; to: number | undefined; keepEarliest: boolean };
type Database = Pick<MigrateOptions, 'url'> & {
  takeOver?: (
    client: Parameters<NonNullable<MigrateOptions['beforeOurs']>>[0],
    keepEarliest: boolean,
  ) => Promise<void>;
};

try {
  const wish = readWish(process.argv.slice(2));
  const { dataDir, database } = readConfig(environment());
  const own = database.url ? undefined : await startEmbeddedDatabase({ dataDir, log });
  try {
    await fulfil(wish, { url: database.directUrl ?? database.url ?? own?.url ?? '' });
  } finally {
    await own?.stop();
  }
} catch (error) {
  if (!(error instanceof StartFault)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

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

async function fulfil({ verb, to, keepEarliest }: Wish, { url, takeOver }: Database): Promise<void> {
  if (verb !== 'status') {
    await migrate({
      url,
      log,
      direction: verb,
      ...(to === undefined ? {} : { to }),
      ...(takeOver ? { beforeOurs: (client) => takeOver(client, keepEarliest) } : {}),
    });
  }
  const { migrations, unknown, reference } = await migrationStatus(url);
  for (const { name, done } of migrations) console.log(`${done ? 'done   ' : 'pending'} ${name}`);
  for (const name of unknown) console.log(`newer   ${name}`);
  if (reference) {
    console.log(`schema_migrations: version ${reference.version}${reference.dirty ? ', dirty' : ''}`);
  }
}
