import type { FastifyBaseLogger } from 'fastify';
import type { Pool } from '../platform/database/db.ts';
import { createSweep, doParts } from '../platform/database/sweep.ts';
import { createDeadlines } from '../platform/process/deadlines.ts';
import { repeat } from '../platform/process/repeat.ts';
import { endedLeases, type EndedLease } from '../payments/payments.ts';
import type { Seats } from '../shows/shows.ts';
import { countHolds, listHoldEnds, type HoldCounts } from './count-holds.ts';
import { endedHolds, halfBookings, type Expired } from './expire.ts';

export type Monitor = {
  /** Watches a hold that ends in this number of milliseconds. */
  watch(inMs: number): void;
  /** Sweeps expired holds now. */
  look(): void;
  /** Holds at the last sweep, of all processes. */
  readonly counts: () => HoldCounts;
  stop(): Promise<void>;
};
export type MonitorPart = 'holds' | 'ends of holds' | 'half bookings' | 'leases' | 'count of holds';
export type MonitorNeeds = {
  on: Pick<Pool, 'run' | 'transaction'>;
  seats: Seats;
  log: FastifyBaseLogger;
  holdSeconds: number;
  onExpired?: (holds: readonly Expired[]) => void;
  onFailed?: (part: MonitorPart) => void;
};

// A sweep finds the holds of a dead process, and ends that another tool moved, within this time.
const SWEEP_MS = 1_000;

/**
 * Keeps a deadline for each hold of this process, and sweeps the holds of others. Only the database decides
 * which holds have expired; the deadlines only say when to ask.
 */
export function startMonitor(needs: MonitorNeeds): Monitor {
  const { on, log, holdSeconds, onFailed } = needs;
  const report = (holds: readonly Expired[]) => tell(needs, holds);
  const sweepHolds = createSweep(endedHolds(on), { log, onDone: report });
  const sweepHalves = createSweep(halfBookings(on, holdSeconds), { log, onDone: report });
  const sweepLeases = createSweep(endedLeases(on), { log, onDone: (leases) => warn(log, leases) });
  const fail = (part: MonitorPart, error: unknown) => {
    log.warn({ err: error, part }, 'a part of the clean-up failed; tried again in a second');
    onFailed?.(part);
  };
  const expire = createExpiry(sweepHolds, (error) => fail('holds', error));
  const deadlines = createDeadlines(expire.now, (error) => fail('holds', error));

  let knowsOthers = false;
  let counts: HoldCounts = { alive: 0, overdue: 0 };
  const sweep = () =>
    doParts(
      {
        'ends of holds': async () => {
          if (knowsOthers) return;
          for (const inMs of await listHoldEnds(on)) deadlines.add(inMs);
          knowsOthers = true;
        },
        holds: expire.now,
        'half bookings': sweepHalves,
        leases: sweepLeases,
        'count of holds': async () => {
          counts = await countHolds(on, holdSeconds);
        },
      },
      fail,
    );
  const sweeper = repeat(SWEEP_MS, sweep, (error) => log.warn({ err: error }, 'the sweep failed'));
  return {
    watch: (inMs) => deadlines.add(inMs),
    look: () => void expire.now(),
    counts: () => counts,
    async stop() {
      deadlines.stop();
      await sweeper.stop();
      await expire.ended();
    },
  };
}

/**
 * Runs one sweep at a time. `now` resolves when every hold is gone that had expired when `now` was called.
 */
function createExpiry(sweepHolds: () => Promise<unknown>, onError: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let again = false;
  const expireAll = async () => {
    try {
      do {
        again = false;
        await sweepHolds();
      } while (again);
    } catch (error) {
      onError(error);
    } finally {
      // Cleared in the same turn, so a later call starts a new run and does not join this finished one.
      running = undefined;
    }
  };
  return {
    now: (): Promise<void> => {
      again = true;
      running ??= expireAll();
      return running;
    },
    ended: async () => running,
  };
}

function tell({ seats, onExpired }: MonitorNeeds, holds: readonly Expired[]): void {
  for (const hold of holds) void seats.changed(hold);
  onExpired?.(holds);
}

function warn(log: FastifyBaseLogger, leases: readonly EndedLease[]): void {
  for (const { id, bookingId } of leases) {
    log.error({ attempt: id, bookingId }, 'a payment attempt is Unknown: reconcile it');
  }
}
