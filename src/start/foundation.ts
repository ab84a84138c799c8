import { createBusinessMetrics, type BusinessMetrics } from './business-metrics.ts';
import type { Config } from './config.ts';
import { openMigrated, seed } from './database.ts';
import { createFailpoints, type Failpoints } from './failpoints.ts';
import type { Pool } from '../platform/database/db.ts';
import type { Log } from '../platform/log.ts';
import { FIGURES, METRICS_TEXT } from '../platform/metrics/machine-metrics.ts';
import { countFaults, createMetrics, type Metrics } from '../platform/metrics/metrics.ts';
import type { Closing } from '../platform/process/closing.ts';
import { createFaults, type Faults } from '../platform/process/faults.ts';
import { aloneOnMachine, answering, type Machine } from '../platform/process/machine.ts';
import { workerOfMachine } from '../platform/process/machine-worker.ts';
import { createStreamCounts } from '../shows/shows.ts';

/** A process that answers requests is alone, or one of several workers that a primary keeps. */
export type Mode = 'alone' | 'worker';

/** The parts that every module uses. */
export type Foundation = {
  config: Config;
  mode: Mode;
  log: Log;
  /** Closes everything in the reverse order of opening. */
  closing: Closing;
  pool: Pool;
  /** For long reads, on the replica where there is one. */
  reports: Pool;
  /** For LISTEN, where there is a way past any transaction pooler. */
  listenUrl: string | undefined;
  metrics: Metrics;
  businessMetrics: BusinessMetrics;
  faults: Faults;
  machine: Machine;
  failpoints: Failpoints;
};

/** Opens the migrated and seeded database, the log and the metrics. Throws a StartFault. */
export async function openFoundation(
  config: Config,
  { mode, log, closing }: Pick<Foundation, 'mode' | 'log' | 'closing'>,
): Promise<Foundation> {
  // The primary runs migrations and seeds before it starts a worker.
  const database = closing.owns(await openMigrated(config, log, { migrates: mode === 'alone' }), (opened) =>
    opened.close(),
  );
  if (mode === 'alone') await seed(config, log, database);
  const { reports, listenUrl } = database;
  const failpoints = createFailpoints(config.failpoint);
  const pool = failpoints.pool(database.pool);
  const metrics = createMetrics();
  const faults = createFaults(log, countFaults(metrics.registry));
  const machine = mode === 'worker' ? openWorker(metrics, faults) : openAlone(metrics);
  const businessMetrics = createBusinessMetrics(metrics.registry);
  return {
    config,
    mode,
    log,
    closing,
    pool,
    reports,
    listenUrl,
    metrics,
    businessMetrics,
    faults,
    machine,
    failpoints,
  };
}

function openWorker({ registry }: Metrics, faults: Faults): Machine {
  const machine = workerOfMachine(faults);
  machine.provide(FIGURES, () => registry.getMetricsAsJSON());
  return machine;
}

const openAlone = ({ registry }: Metrics): Machine =>
  aloneOnMachine([...createStreamCounts().answerers, answering(METRICS_TEXT, () => registry.metrics())]);
