// `npm run seed:demo`: shows for the next three weeks, from the movies on offer, in every slot that is still free.
import { parseArgs } from 'node:util';
import { environment, readConfig, type Config } from '../src/start/config.ts';
import { openMigrated } from '../src/start/database.ts';
import { openMovies } from '../src/start/movies.ts';
import { StartFault } from '../src/platform/errors.ts';
import { createLog } from '../src/platform/log.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { seedDemoShows } from '../src/shows/shows.ts';

explain(`npm run seed:demo [-- --production]

Adds shows for the next three weeks, from the movies on offer, in every slot that is still free. In production customers
could buy their seats at once, so there it wants --production.

The database is DATABASE_URL, or the embedded one of DATA_DIR.`);

const USAGE = 'npm run seed:demo -- [--production]';

await runTool(async () => {
  const wish = readWish(process.argv.slice(2));
  const config = readConfig(environment());
  refuseByMistake(config, wish);
  const log = createLog({ level: 'warn' });
  const database = await openMigrated(config, log, { borrow: true });
  try {
    const movies = openMovies(config, log);
    console.log(`${await seedDemoShows(database.pool, movies, config.cinemaTimeZone)} shows added`);
  } finally {
    await database.close();
  }
});

function readWish(args: string[]): { production: boolean } {
  try {
    return parseArgs({ args, options: { production: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new StartFault(`${(error as Error).message}\n${USAGE}`, error);
  }
}

/** Customers can buy seats of these shows at once, and a show that has bookings does not go away again. */
function refuseByMistake({ production }: Config, wish: { production: boolean }): void {
  if (production && !wish.production) {
    throw new StartFault(
      'This is production: customers could buy seats of the demo shows at once. ' +
        'If that is what you want: npm run seed:demo -- --production',
    );
  }
}
