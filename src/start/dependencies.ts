import { createIdempotency, openMarker, type Idempotency } from '../idempotency/idempotency.ts';
import type { Movies } from '../movies/movies.ts';
import type { Gateway } from '../payments/payments.ts';
import type { Log } from '../platform/log.ts';
import { METRICS_TEXT } from '../platform/metrics/machine-metrics.ts';
import { createClosing } from '../platform/process/closing.ts';
import { keptSecret } from '../platform/settings/secrets.ts';
import { openTickets, type Tickets } from '../tickets/tickets.ts';
import { openAuth, type Auth } from './auth.ts';
import type { Config } from './config.ts';
import { openFoundation, type Foundation, type Mode } from './foundation.ts';
import { openHolds, openSeatMaps, type Holds, type SeatMaps } from './holds.ts';
import { startHousekeeping } from './housekeeping.ts';
import { openMovies } from './movies.ts';
import { openGateway } from './payments.ts';
import { openPictures, type Pictures } from './pictures.ts';

/** All dependencies of the features. A feature's routes name the parts that they use. */
export type Dependencies = Foundation &
  Auth &
  Pictures &
  SeatMaps &
  Holds & {
    movies: Movies;
    gateway: Gateway;
    tickets: Tickets;
    idempotency: Idempotency;
    zone: string;
    publicUrl: string;
    /** The metrics of all processes of this machine. */
    metricsText: () => Promise<string>;
    close(): Promise<void>;
  };

/** Opens everything in order; `close` closes it in the opposite order. Throws a StartFault. */
export async function createDependencies(config: Config, log: Log, mode: Mode): Promise<Dependencies> {
  const closing = createClosing();
  try {
    const foundation = await openFoundation(config, { mode, log, closing });
    const { pool, businessMetrics, machine, faults } = foundation;
    const jwtSecret = config.auth.jwtSecret ?? (await keptSecret(config.dataDir, 'jwt.secret'));
    const auth = await openAuth(foundation, jwtSecret);
    const movies = openMovies(config, log);
    const gateway = await openGateway(foundation);
    const tickets = await openTickets({ on: pool, movies, configuredKeys: config.ticketKeys, faults });
    closing.owns(tickets, (opened) => opened.close());
    const seatMaps = openSeatMaps(foundation);
    const holds = openHolds(foundation, seatMaps);
    startHousekeeping(foundation);
    businessMetrics.watch({
      holds: () => holds.monitor.counts(),
      chargesUnderWay: () => gateway.underWay(),
      pool: () => pool.counts(),
    });
    return {
      ...foundation,
      ...auth,
      ...(await openPictures(foundation)),
      ...seatMaps,
      ...holds,
      movies,
      gateway,
      tickets,
      idempotency: await openIdempotency(foundation, jwtSecret),
      zone: config.cinemaTimeZone,
      publicUrl: config.publicUrl,
      metricsText: () => machine.ask(METRICS_TEXT, undefined),
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function openIdempotency({ pool }: Foundation, jwtSecret: string): Promise<Idempotency> {
  const marker = await openMarker(pool, jwtSecret);
  return createIdempotency(pool, marker);
}
