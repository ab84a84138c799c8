import type { Aggregator, Registry } from 'prom-client';
import { createCounter, createGauge, createHistogram } from '../platform/metrics/series.ts';

// Their owners' types must fit these, or the program does not compile.
const OUTCOMES = ['charged', 'declined', 'refused', 'keyRefused', 'notCharged', 'unknown'] as const;
const FINDINGS = ['attempts', 'wallets', 'bookings', 'seats'] as const;
const CHORES = [
  'holds',
  'ends of holds',
  'half bookings',
  'leases',
  'count of holds',
  'keys',
  'reset tokens',
  'ended sessions',
  'findings',
] as const;
type ChargeOutcome = (typeof OUTCOMES)[number];
type Finding = (typeof FINDINGS)[number];
type Chore = (typeof CHORES)[number];

export type BusinessMetrics = {
  /** Registers what is read at each scrape. */
  watch(sources: Sources): void;
  expired(lateMs: readonly number[]): void;
  charged(outcome: ChargeOutcome): void;
  found(counts: Readonly<Record<Finding, number>>): void;
  /** A part of the clean-up failed, and is tried again. */
  choreFailed(chore: Chore): void;
  /** A foreign or unreadable notice arrived. */
  ignoredNotice(): void;
};
type Sources = {
  holds: () => { alive: number; overdue: number };
  chargesUnderWay: () => number;
  pool: () => { total: number; idle: number; waiting: number; max: number };
};

/**
 * The metrics for an operator besides HTTP: holds, charges, connections, and findings that must stay at zero.
 */
export function createBusinessMetrics(registry: Registry): BusinessMetrics {
  const expired = createCounter(registry, {
    name: 'skyfox_holds_expired_total',
    help: 'Holds removed after their end',
  });
  const lateness = createHistogram(registry, {
    name: 'skyfox_hold_expiry_lateness_seconds',
    help: 'Seconds between the end of a hold and its removal',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  });
  const charges = createCounter(registry, {
    name: 'skyfox_payments_total',
    help: 'Charges of cards by how they went',
    known: { outcome: OUTCOMES },
  });
  const ignored = createCounter(registry, {
    name: 'skyfox_notices_ignored_total',
    help: 'Notices (NOTIFY) on our channel that are not ours or cannot be read; anybody with a connection can send one',
  });
  const failures = createCounter(registry, {
    name: 'skyfox_housekeeping_failures_total',
    help: 'Parts of the clean-up that failed as a whole and are tried again, by part',
    known: { part: CHORES },
  });
  const findings = createGauge(registry, {
    name: 'skyfox_reconcile_findings',
    help: 'What npm run reconcile would list of the last day, by kind; anything but 0 needs an operator',
    known: { kind: FINDINGS },
    // Every process counts the same rows.
    aggregator: 'max',
  });

  return {
    watch: (sources) => watch(registry, sources),
    expired(lateMs) {
      expired.inc(lateMs.length);
      for (const late of lateMs) lateness.observe(late / 1_000);
    },
    charged: (outcome) => charges.inc({ outcome }),
    choreFailed: (part) => failures.inc({ part }),
    ignoredNotice: () => ignored.inc(),
    found: (counts) => {
      for (const [kind, count] of Object.entries(counts)) findings.set({ kind }, count);
    },
  };
}

function watch(registry: Registry, { holds, chargesUnderWay, pool }: Sources): void {
  const gauge = (name: string, help: string, read: () => number, aggregator: Aggregator = 'sum') =>
    createGauge(registry, {
      name,
      help,
      aggregator,
      collect() {
        this.set(read());
      },
    });
  // Every process counts the same rows.
  const [alive, overdue] = [() => holds().alive, () => holds().overdue];
  gauge('skyfox_holds_alive', 'Holds that are alive, counted once a second', alive, 'max');
  gauge('skyfox_holds_overdue', 'Holds that are there five seconds after their end', overdue, 'max');
  gauge('skyfox_charges_under_way', 'Charges that the gateway has not answered yet', chargesUnderWay);
  gauge('skyfox_db_pool_in_use', 'Connections that are lent out', () => pool().total - pool().idle);
  gauge('skyfox_db_pool_waiting', 'Requests that wait for a connection', () => pool().waiting);
  gauge('skyfox_db_pool_max', 'Connections that the pool may open', () => pool().max);
}
