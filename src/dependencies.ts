import { join } from 'node:path';
import { createHasher, createSessions, createTokens, seedUsers } from './auth/auth.ts';
import { startMonitor, takeOver } from './bookings/bookings.ts';
import type { Config } from './config.ts';
import { createMovies } from './movies/movies.ts';
import { createIdempotency } from './idempotency/idempotency.ts';
import { createGateway, leaseSeconds } from './payments/payments.ts';
import { startSimulator } from './payments/simulator.ts';
import { createClosing, type Closing } from './platform/closing.ts';
import { openDatabase } from './platform/database.ts';
import type { Pool } from './platform/db.ts';
import { createLocalStore } from './platform/local-store.ts';
import type { Log } from './platform/log.ts';
import { createMetrics } from './platform/metrics.ts';
import { createS3Store } from './platform/s3-store.ts';
import { keptSecret } from './platform/secrets.ts';
import { createUnderWay } from './platform/under-way.ts';
import { createSeats, hasShows, seedDemoShows, type Seats } from './shows/shows.ts';

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
    const people = await openPeople(config, pool);
    const movies = openMovies(config, log);
    if (database.isNew && !(await hasShows(pool))) await seedDemoShows(pool, movies, zone);
    const gateway = await openGateway(config, log, closing);
    const pictures = await openPictures(config, log);
    const idempotency = createIdempotency(pool, {
      secret: people.secret,
      leaseSeconds: leaseSeconds(config.payments.timeoutSeconds),
    });
    const seats = createSeats();
    const holds = openHolds(config, log, pool, seats, closing);
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
      seats,
      ...people,
      ...pictures,
      ...holds,
      metrics: createMetrics(),
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

async function openPeople({ auth, dataDir }: Config, pool: Pool) {
  const secret = auth.jwtSecret ?? (await keptSecret(dataDir, 'jwt.secret'));
  const tokens = createTokens(secret);
  const hasher = createHasher({ cost: auth.bcryptCost });
  await seedUsers(pool, hasher, auth.seedPassword);
  return { secret, tokens, hasher, sessions: createSessions({ on: pool, tokens }) };
}

export function openMovies({ movies: service, publicUrl }: Config, log: Log) {
  const { url: serviceUrl, apiKey, cacheSeconds: movieCacheSeconds } = service;
  const movies = createMovies({ serviceUrl, apiKey, movieCacheSeconds, publicUrl, log });
  // Known before the first customer asks.
  void movies.list().catch(() => undefined);
  return movies;
}

async function openGateway({ payments }: Config, log: Log, closing: Closing) {
  if (payments.url !== undefined) return createGateway({ ...payments, url: payments.url, log });
  const apiKey = 'simulator';
  const simulator = closing.owns(await startSimulator({ apiKey, delayMs: 50 }), (bank) => bank.close());
  return createGateway({ ...payments, url: simulator.url, apiKey, log });
}

function openHolds(
  { bookings, payments, cinemaTimeZone }: Config,
  log: Log,
  pool: Pool,
  seats: Seats,
  closing: Closing,
) {
  const { holdSeconds } = bookings;
  const monitor = closing.owns(startMonitor({ on: pool, seats, log, holdSeconds }), (started) =>
    started.stop(),
  );
  const drainMs = (payments.timeoutSeconds + DRAIN_MARGIN_SECONDS) * 1_000;
  const underWay = closing.owns(createUnderWay(), (works) => works.drained(drainMs));
  const rules = { ...bookings, zone: cinemaTimeZone };
  return { monitor, underWay, rules, paymentTimeoutSeconds: payments.timeoutSeconds };
}

async function openPictures({ pictures, publicUrl, dataDir }: Config, log: Log) {
  if (pictures.s3) {
    const { accessKeyId, secretAccessKey, endpoint, ...bucket } = pictures.s3;
    const credentials =
      accessKeyId !== undefined && secretAccessKey !== undefined
        ? { accessKeyId, secretAccessKey }
        : undefined;
    const store = await createS3Store(
      { ...bucket, ...(endpoint && { endpoint }), ...(credentials && { credentials }) },
      log,
    );
    return { store, localStore: undefined };
  }
  const secret = await keptSecret(dataDir, 'pictures.secret');
  const localStore = createLocalStore({ folder: join(dataDir, 'pictures'), publicUrl, secret }, log);
  return { store: localStore, localStore };
}
