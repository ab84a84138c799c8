import { createGuesses, createHasher, createSessions, createTokens, seedUsers } from './auth/auth.ts';
import { startMonitor, takeOver } from './bookings/bookings.ts';
import type { Config } from './config.ts';
import { createScaler } from './customers/customers.ts';
import { createIdempotency, sweepKeys } from './idempotency/idempotency.ts';
import { openGateway, openMovies, openPictures } from './neighbours.ts';
import { findAll, leaseSeconds } from './payments/payments.ts';
import { createClosing, type Closing } from './platform/closing.ts';
import { openDatabase } from './platform/database.ts';
import type { Pool } from './platform/db.ts';
import { createFailpoints } from './platform/failpoints.ts';
import { createLimits } from './platform/limits.ts';
import type { Log } from './platform/log.ts';
import { createMemoryCounters } from './platform/memory-limits.ts';
import { createRedisCounters } from './platform/redis-limits.ts';
import type { HouseMetrics } from './platform/gauges.ts';
import { createMetrics } from './platform/metrics.ts';
import { repeat } from './platform/repeat.ts';
import { keptSecret } from './platform/secrets.ts';
import { createUnderWay } from './platform/under-way.ts';
import { createSeats, hasShows, seedDemoShows, type Seats } from './shows/shows.ts';
import { openTickets } from './tickets/tickets.ts';

export type Dependencies = Awaited<ReturnType<typeof createDependencies>>;

// A charge in flight takes the gateway's time-out; the rest is for writing it down.
const DRAIN_MARGIN_SECONDS = 5;

/** Everything the features need, ready for use; `close` ends it in the opposite order. Throws a StartFault. */
export async function createDependencies(config: Config, log: Log) {
  const closing = createClosing();
  const { cinemaTimeZone: zone } = config;
  try {
    const database = closing.owns(await openMigrated(config, log), (opened) => opened.close());
    const { pool } = database;
    const people = await openPeople(config, { log, pool, closing });
    const movies = openMovies(config, log);
    if (database.isNew && !(await hasShows(pool))) await seedDemoShows(pool, movies, zone);
    const metrics = createMetrics();
    const { house } = metrics;
    const gateway = await openGateway(config, { log, closing, onOutcome: (kind) => house.charged(kind) });
    const pictures = await openPictures(config, log);
    const idempotency = createIdempotency(pool, {
      secret: people.secret,
      leaseSeconds: leaseSeconds(config.payments.timeoutSeconds),
    });
    const ticketNeeds = { on: pool, movies, configuredKeys: config.ticketKeys };
    const tickets = closing.owns(await openTickets(ticketNeeds), (opened) => opened.close());
    const seats = createSeats();
    const holds = openHolds(config, { log, pool, seats, house, closing });
    openHousekeeping({ log, pool, reports: database.reports, house, closing });
    house.watch({
      holdsAlive: () => holds.monitor.alive(),
      chargesUnderWay: () => gateway.underWay(),
      pool: () => pool.counts(),
    });
    return {
      config,
      log,
      pool,
      reports: database.reports,
      zone,
      publicUrl: config.publicUrl,
      movies,
      gateway,
      idempotency,
      fail: createFailpoints(config.failpoint),
      seats,
      tickets,
      ...people,
      ...pictures,
      ...holds,
      metrics,
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** The database at the program's last migration, a reference's taken over; tools borrow the one of a running SkyFox. */
export function openMigrated(config: Config, log: Log, { borrow = false } = {}) {
  const { cinemaTimeZone: zone, bookings } = config;
  const { holdSeconds } = bookings;
  return openDatabase(config, log, {
    borrow,
    beforeOurs: (client) => takeOver(client, { keepEarliest: false, holdSeconds, zone, log }),
  });
}

type PeopleNeeds = { log: Log; pool: Pool; closing: Closing };

async function openPeople(config: Config, { log, pool, closing }: PeopleNeeds) {
  const { auth, dataDir, pictures, redisUrl } = config;
  const secret = auth.jwtSecret ?? (await keptSecret(dataDir, 'jwt.secret'));
  const tokens = createTokens(secret);
  const hasher = createHasher({ cost: auth.bcryptCost });
  await seedUsers(pool, hasher, auth.seedPassword);
  const sessions = createSessions({ on: pool, tokens });
  const memory = createMemoryCounters();
  const counters = redisUrl
    ? closing.owns(createRedisCounters({ url: redisUrl, log }, memory), (redis) => redis.close())
    : memory;
  const rates = { perAccount: auth.ratePerAccount, perAddress: auth.ratePerAddress };
  return {
    secret,
    tokens,
    hasher,
    sessions,
    guesses: createGuesses(createLimits(counters), rates),
    endSessions: async (username: string) => sessions.forget(username),
    scale: createScaler({ sizePixels: pictures.size }),
  };
}

type HoldNeeds = { log: Log; pool: Pool; seats: Seats; house: HouseMetrics; closing: Closing };

function openHolds(
  { bookings, payments, cinemaTimeZone }: Config,
  { log, pool, seats, house, closing }: HoldNeeds,
) {
  const { holdSeconds } = bookings;
  const onExpired = (holds: readonly { lateMs: number }[]) =>
    house.expired(holds.map(({ lateMs }) => lateMs));
  const monitor = closing.owns(startMonitor({ on: pool, seats, log, holdSeconds, onExpired }), (started) =>
    started.stop(),
  );
  const drainMs = (payments.timeoutSeconds + DRAIN_MARGIN_SECONDS) * 1_000;
  const underWay = closing.owns(createUnderWay(), (works) => works.drained(drainMs));
  const rules = { ...bookings, zone: cinemaTimeZone };
  return { monitor, underWay, rules, paymentTimeoutSeconds: payments.timeoutSeconds };
}

const HOUSEKEEPING_MS = 60_000;
const WATCHED_HOURS = 24;

type HouseNeeds = { log: Log; pool: Pool; reports: Pool; house: HouseMetrics; closing: Closing };

/** Every minute: removes what was kept for a time, and looks whether money and seats of the last day add up. */
function openHousekeeping({ log, pool, reports, house, closing }: HouseNeeds): void {
  const look = async () => {
    await sweepKeys(pool);
    const { attempts, wallets, bookings, seats } = await findAll(reports, WATCHED_HOURS);
    house.found({
      attempts: attempts.length,
      wallets: wallets.length,
      bookings: bookings.length,
      seats: seats.length,
    });
  };
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'the housekeeping failed; tried again in a minute');
  closing.owns(repeat(HOUSEKEEPING_MS, look, onError), (repeated) => repeated.stop());
}
