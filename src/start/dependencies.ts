import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import {
  createGuesses,
  createHasher,
  createSessions,
  createTokens,
  hasAdmin,
  seedUsers,
  sweepEndedSessions,
  sweepResetTokens,
} from '../auth/auth.ts';
import { startMonitor, takeOver } from '../bookings/bookings.ts';
import type { Config } from './config.ts';
import { createScaler } from '../customers/customers.ts';
import { createIdempotency, openMarker, sweepKeys } from '../idempotency/idempotency.ts';
import { openGateway, openMovies, openPictures } from './neighbours.ts';
import { findAll, leaseSeconds } from '../payments/payments.ts';
import { createClosing, type Closing } from '../platform/process/closing.ts';
import { openDatabase, type Database } from '../platform/opening/database.ts';
import type { Pool } from '../platform/database/db.ts';
import { createFailpoints } from '../platform/database/failpoints.ts';
import { createLimits, type Counters } from '../platform/limits/limits.ts';
import type { Log } from '../platform/log.ts';
import { aloneOnMachine, workerOfMachine, type Machine } from '../platform/process/machine.ts';
import { machineCounters } from '../platform/limits/machine-limits.ts';
import { createMemoryCounters } from '../platform/limits/memory-limits.ts';
import { createNotices } from '../platform/database/notices.ts';
import { doParts } from '../platform/database/sweep.ts';
import type { HouseMetrics } from '../platform/metrics/gauges.ts';
import { countFaults, createMetrics } from '../platform/metrics/metrics.ts';
import { createFaults, type Faults } from '../platform/process/faults.ts';
import { repeat } from '../platform/process/repeat.ts';
import { keptSecret } from '../platform/settings/secrets.ts';
import { createUnderWay } from '../platform/process/under-way.ts';
import {
  createSeats,
  createStreamCounts,
  createWatching,
  isSeatChange,
  hasShows,
  seedDemoShows,
  type SeatChange,
  type Seats,
} from '../shows/shows.ts';
import { openTickets } from '../tickets/tickets.ts';

export type Dependencies = Awaited<ReturnType<typeof createDependencies>>;

// A charge in flight takes the gateway's time-out; the rest is for writing it down.
const DRAIN_MARGIN_SECONDS = 5;

/** Everything the features need, ready for use; `close` ends it in the opposite order. Throws a StartFault. */
export async function createDependencies(config: Config, log: Log) {
  const closing = createClosing();
  const { cinemaTimeZone: zone } = config;
  try {
    const database = closing.owns(await openMigrated(config, log), (opened) => opened.close());
    const { pool, reports } = database;
    if (!cluster.isWorker) await seed(config, log, database);
    const metrics = createMetrics();
    const { house, registry } = metrics;
    const faults = createFaults(log, countFaults(registry));
    const machine = openMachine(registry, faults);
    const people = await openPeople(config, { log, pool, machine, closing });
    const movies = openMovies(config, log);
    const gateway = await openGateway(config, { log, closing, onOutcome: (kind) => house.charged(kind) });
    const ticketNeeds = { on: pool, movies, configuredKeys: config.ticketKeys, faults };
    const tickets = closing.owns(await openTickets(ticketNeeds), (opened) => opened.close());
    const fail = createFailpoints(config.failpoint);
    const holds = openHolds(config, { log, database, house, machine, faults, closing });
    openHousekeeping({ log, pool, reports, house, closing });
    house.watch({
      holds: () => holds.monitor.counts(),
      chargesUnderWay: () => gateway.underWay(),
      pool: () => pool.counts(),
    });
    return {
      ...people,
      ...holds,
      ...(await openPictures(config, log)),
      config,
      log,
      faults,
      pool,
      reports,
      zone,
      publicUrl: config.publicUrl,
      machine,
      movies,
      gateway,
      tickets,
      idempotency: createIdempotency(pool, {
        marker: await openMarker(pool, people.secret),
        fail,
        leaseSeconds: leaseSeconds(config.payments.timeoutSeconds),
      }),
      fail,
      metrics,
      metricsText: async () => String(await machine.ask('metrics', undefined)),
      closing,
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** The database at the program's last migration, a reference's taken over; tools borrow the one of a running SkyFox. */
export function openMigrated(config: Config, log: Log, { borrow = false, migrates = true } = {}) {
  const { cinemaTimeZone: zone, bookings } = config;
  const { holdSeconds } = bookings;
  return openDatabase(config, log, {
    borrow,
    isMigrated: cluster.isWorker || !migrates,
    beforeOurs: (client) => takeOver(client, { keepEarliest: false, holdSeconds, zone, log }),
  });
}

/** The first users, and for a database that is new at a desk, shows to look at. */
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

/** `metrics` is asked of it: the text of all its processes. */
function openMachine(registry: Registry, faults: Faults): Machine {
  if (!cluster.isWorker) {
    return aloneOnMachine({ ...createStreamCounts().answers, metrics: () => registry.metrics() });
  }
  const machine = workerOfMachine(faults);
  machine.provide('metrics', () => registry.getMetricsAsJSON());
  return machine;
}

type PeopleNeeds = { log: Log; pool: Pool; machine: Machine; closing: Closing };

async function openPeople(config: Config, { log, pool, machine, closing }: PeopleNeeds) {
  const { auth, dataDir, pictures, redisUrl } = config;
  const secret = auth.jwtSecret ?? (await keptSecret(dataDir, 'jwt.secret'));
  const tokens = createTokens(secret);
  const hasher = createHasher({ cost: auth.bcryptCost });
  const sessions = createSessions({ on: pool, tokens });
  const memory = cluster.isWorker ? machineCounters(machine) : createMemoryCounters();
  const counters = redisUrl ? await openRedis(redisUrl, { log, memory, closing }) : memory;
  machine.hear('sessions', (usernames) => usernames.forEach((username) => sessions.forget(String(username))));
  const rates = { perAccount: auth.ratePerAccount, perAddress: auth.ratePerAddress };
  return {
    secret,
    tokens,
    hasher,
    sessions,
    guesses: createGuesses(createLimits(counters), rates),
    endSessions: async (username: string) => {
      sessions.forget(username);
      await machine.announce('sessions', username);
    },
    scale: createScaler({ sizePixels: pictures.size }),
  };
}

/** Limits for all machines. The client is loaded where it is wanted: it takes ten megabytes. */
async function openRedis(
  url: string,
  { log, memory, closing }: { log: Log; memory: Counters; closing: Closing },
) {
  const { createRedisCounters } = await import('../platform/limits/redis-limits.ts');
  return closing.owns(createRedisCounters({ url, log }, memory), (redis) => redis.close());
}

type HoldNeeds = {
  log: Log;
  database: Database;
  house: HouseMetrics;
  machine: Machine;
  faults: Faults;
  closing: Closing;
};

function openHolds(config: Config, { log, database, house, machine, faults, closing }: HoldNeeds) {
  const { bookings, payments, cinemaTimeZone: zone } = config;
  const { pool, listenUrl } = database;
  const seats: Seats = createSeats({
    machine,
    log,
    faults,
    tellOthers: (change) => notices.tell(change),
  });
  const notices = closing.owns(
    createNotices<SeatChange>({
      on: pool,
      listenUrl,
      channel: 'skyfox_seats',
      log,
      faults,
      isItem: isSeatChange,
      onHeard: (changes) => seats.heard(changes),
      onIgnored: () => house.ignoredNotice(),
      onGap: () => seats.forgetAll(),
    }),
    (opened) => opened.close(),
  );
  const watching = createWatching({ pool, seats, faults });
  const { holdSeconds } = bookings;
  const onExpired = (holds: readonly { lateMs: number }[]) =>
    house.expired(holds.map(({ lateMs }) => lateMs));
  const monitor = closing.owns(
    startMonitor({
      on: pool,
      seats,
      log,
      holdSeconds,
      onExpired,
      onFailed: (part) => house.choreFailed(part),
    }),
    (started) => started.stop(),
  );
  const drainMs = (payments.timeoutSeconds + DRAIN_MARGIN_SECONDS) * 1_000;
  const underWay = closing.owns(createUnderWay(), (works) => works.drained(drainMs));
  const rules = { ...bookings, zone };
  return { seats, watching, monitor, underWay, rules, paymentTimeoutSeconds: payments.timeoutSeconds };
}

const HOUSEKEEPING_MS = 60_000;
const WATCHED_HOURS = 24;

type HouseNeeds = { log: Log; pool: Pool; reports: Pool; house: HouseMetrics; closing: Closing };

/** Every minute: removes what was kept for a time, and looks whether money and seats of the last day add up. */
function openHousekeeping({ log, pool, reports, house, closing }: HouseNeeds): void {
  const find = async () => {
    const { attempts, wallets, bookings, seats } = await findAll(reports, WATCHED_HOURS);
    house.found({
      attempts: attempts.length,
      wallets: wallets.length,
      bookings: bookings.length,
      seats: seats.length,
    });
  };
  const chores = {
    keys: () => sweepKeys(pool, log),
    'reset tokens': () => sweepResetTokens(pool, log),
    'ended sessions': () => sweepEndedSessions(pool, log),
    findings: find,
  };
  const look = () =>
    doParts(chores, (part, error) => {
      log.warn({ err: error, part }, 'a part of the housekeeping failed; tried again in a minute');
      house.choreFailed(part);
    });
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'the housekeeping failed; tried again in a minute');
  closing.owns(repeat(HOUSEKEEPING_MS, look, onError), (repeated) => repeated.stop());
}
