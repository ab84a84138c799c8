// `npm run seed:demo`: shows for the next three weeks, from the movies on offer, in every slot that is still free.
import { environment, readConfig } from '../src/config.ts';
import { openMigrated } from '../src/dependencies.ts';
import { openMovies } from '../src/neighbours.ts';
import { createLog } from '../src/platform/log.ts';
import { runTool } from '../src/platform/tool.ts';
import { seedDemoShows } from '../src/shows/shows.ts';

await runTool(async () => {
  const config = readConfig(environment());
  const log = createLog({ level: 'warn' });
  const database = await openMigrated(config, log, { borrow: true });
  try {
    const movies = openMovies(config, log);
    console.log(`${await seedDemoShows(database.pool, movies, config.cinemaTimeZone)} shows added`);
  } finally {
    await database.close();
  }
});
