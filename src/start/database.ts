import { createHasher, hasAdmin, seedUsers } from '../auth/auth.ts';
import { takeOver } from '../bookings/bookings.ts';
import type { Log } from '../platform/log.ts';
import { openDatabase, type Database } from '../platform/opening/database.ts';
import { hasShows, seedDemoShows } from '../shows/shows.ts';
import type { Config } from './config.ts';
import { openMovies } from './movies.ts';

type Options = {
  /** For tools: use the embedded database of a running SkyFox. */
  borrow?: boolean;
  migrates?: boolean;
};

/** The database at the program's last migration; a database of the reference is taken over. Throws a StartFault. */
export function openMigrated(
  config: Config,
  log: Log,
  { borrow = false, migrates = true }: Options = {},
): Promise<Database> {
  const { cinemaTimeZone: zone, bookings } = config;
  const { holdSeconds } = bookings;
  return openDatabase(config, log, {
    borrow,
    isMigrated: !migrates,
    beforeOurs: (client) => takeOver(client, { keepEarliest: false, holdSeconds, zone, log }),
  });
}

/** Writes the first users, and demo shows into a new database on a developer's machine. */
export async function seed(config: Config, log: Log, { pool, isNew }: Database): Promise<void> {
  const hasher = createHasher({ cost: config.auth.bcryptCost });
  await seedUsers(pool, hasher, config.auth.seedPassword);
  if (config.auth.seedPassword === undefined && !(await hasAdmin(pool))) {
    log.warn(
      'there is no admin, so nobody can log in to administer this cinema: set SEED_PASSWORD and start again, ' +
        'which makes seed-user-1 and seed-user-2 (admins) and staff-1 (staff) with that password',
    );
  }
  if (isNew && !config.production && !(await hasShows(pool))) {
    await seedDemoShows(pool, openMovies(config, log), config.cinemaTimeZone);
  }
}
