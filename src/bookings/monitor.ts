import type { FastifyBaseLogger } from 'fastify';
import type { Sql } from '../database/db.ts';
import { createDeadlines } from '../platform/deadlines.ts';
import { repeat } from '../platform/repeat.ts';
import { expireLeases } from '../payments/payments.ts';
import type { Seats } from '../shows/shows.ts';
import { countHolds, expireHolds, expireUntracked, listHoldEnds, type Expired } from './expire.ts';

export type Monitor = {
  /** Watches a hold that ends in so many milliseconds. */
  watch(inMs: number): void;
  /** Looks at once for holds that are over. */
  look(): void;
  /** Holds that were alive at the last sweep, of all processes. */
  readonly alive: () => number;
  stop(): Promise<void>;
};
export type MonitorNeeds = {
  on: Sql;
  seats: Seats;
  log: FastifyBaseLogger;
  holdSeconds: number;
  onExpired?: (holds: readonly Expired[]) => void;
};

// What a dead process left, and ends that another tool moved, are found within this time.
const SWEEP_MS = 1_000;

/**
 * A deadline for each hold of this process and a sweep for the holds of others. Which holds are over is the database's
 * word alone; the deadlines only say when to ask.
 */
export function startMonitor(needs: MonitorNeeds): Monitor {
  const { on, seats, log, holdSeconds, onExpired } = needs;
  let running: Promise<void> | undefined;
  let again = false;

  const expireAll = async () => {
    try {
      do {
        again = false;
        for (let full = true; full;) {
          const holds = await expireHolds(on);
          full = holds.length > 0;
          report(holds);
        }
      } while (again);
    } catch (error) {
      log.warn({ err: error }, 'holds could not be expired; tried again in a second');
    } finally {
      // At once, so that whoever asks from now on is not taken for answered.
      running = undefined;
    }
  };
  const report = (holds: readonly Expired[]) => {
    for (const hold of holds) void seats.changed(hold);
    if (holds.length > 0) onExpired?.(holds);
  };
  const expire = (): Promise<void> => {
    again = true;
    running ??= expireAll();
    return running;
  };

  const deadlines = createDeadlines(expire, (error) =>
    log.warn({ err: error }, 'holds could not be expired'),
  );
  let knowsOthers = false;
  let alive = 0;
  const sweep = async () => {
    if (!knowsOthers) {
      for (const inMs of await listHoldEnds(on)) deadlines.add(inMs);
      knowsOthers = true;
    }
    await expire();
    report(await expireUntracked(on, holdSeconds));
    for (const { id, bookingId } of await expireLeases(on))
      log.error({ attempt: id, bookingId }, 'a payment attempt is Unknown: reconcile it');
    alive = await countHolds(on);
  };
  const sweeper = repeat(SWEEP_MS, sweep, (error) => log.warn({ err: error }, 'the sweep failed'));
  return {
    watch: (inMs) => deadlines.add(inMs),
    look: () => void expire(),
    alive: () => alive,
    async stop() {
      deadlines.stop();
      await sweeper.stop();
      await running;
    },
  };
}
