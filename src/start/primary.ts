import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { Registry } from 'prom-client';
import type { Config } from './config.ts';
import { openMigrated, seed } from './database.ts';
import { openSimulator } from './payments.ts';
import { createClosing } from '../platform/process/closing.ts';
import { StartFault } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { createFaults, watchProcess, type Faults } from '../platform/process/faults.ts';
import { answering } from '../platform/process/machine.ts';
import { servePrimary } from '../platform/process/machine-primary.ts';
import { counterAnswerers } from '../platform/limits/machine-limits.ts';
import { createMemoryCounter } from '../platform/limits/memory-limits.ts';
import { FIGURES, METRICS_TEXT } from '../platform/metrics/machine-metrics.ts';
import { countFaults, sumFigures } from '../platform/metrics/metrics.ts';
import { serveMetrics } from '../platform/metrics/metrics-route.ts';
import { createStreamCounts } from '../shows/shows.ts';
import { stopMs } from './stopping.ts';

const PAUSE_MS = 1_000;
// A worker ends itself when its time is over.
const KILL_AFTER_MS = 1_000;

export type Primary = { stop(): Promise<void> };

/**
 * Opens the resources that the processes of a machine share, and keeps the workers running: a worker that
 * dies is replaced. Throws a StartFault if they cannot start.
 */
export async function startPrimary(config: Config, log: Log): Promise<Primary> {
  const closing = createClosing();
  const registry = new Registry();
  const faults = createFaults(log, countFaults(registry));
  try {
    const database = closing.owns(await openMigrated(config, log), (opened) => opened.close());
    await seed(config, log, database);
    const simulator = config.payments.url === undefined ? await openSimulator(closing) : undefined;
    const streams = createStreamCounts();
    const metrics = async () => {
      const figures = await line.collect(FIGURES);
      // An empty page would look like a healthy machine without load.
      if (figures.length === 0) throw new Error('no process of this machine tells figures');
      return sumFigures([...figures, await registry.getMetricsAsJSON()]);
    };
    const line = servePrimary(
      [...streams.answerers, ...counterAnswerers(createMemoryCounter()), answering(METRICS_TEXT, metrics)],
      faults,
    );
    if (config.metricsPort !== undefined) {
      closing.owns(
        await serveMetrics({ port: config.metricsPort, host: config.host, log }, metrics),
        (server) => server.close(),
      );
    }
    cluster.on(
      'exit',
      faults.guard('server', ({ id }: Worker) => streams.forgetAsker(id)),
    );

    const env = {
      DATABASE_URL: database.url,
      ...(simulator && { PAYMENT_GATEWAY_URL: simulator.url, PAYMENT_GATEWAY_API_KEY: simulator.apiKey }),
    };
    const workers = closing.owns(keepWorkers(config.webConcurrency, { env, log, faults }), (kept) =>
      kept.stop(stopMs(config) + KILL_AFTER_MS),
    );
    await workers.started;
    watchProcess(faults, log);
    return { stop: () => closing.close() };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/**
 * A worker that dies before any worker has opened the port ends the start, because all workers would die of
 * the same cause. A worker that dies later is replaced.
 */
function keepWorkers(
  count: number,
  { env, log, faults }: { env: NodeJS.ProcessEnv; log: Log; faults: Faults },
) {
  // Otherwise this process accepts the connections, and loses those that it has just passed to a worker that dies.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  let stopping = false;
  let serving = false;
  const started = Promise.withResolvers<void>();

  const start = () => {
    if (stopping) return;
    try {
      const worker = cluster.fork(env);
      // A message to a worker that is just dying raises this event. Without a handler it would end this
      // process.
      worker.on('error', (error) => {
        log.warn({ err: error, pid: worker.process.pid }, 'a message did not reach a worker');
        if (worker.process.pid === undefined) startSoon();
      });
    } catch (error) {
      // A machine without free memory now may have some soon.
      log.error({ err: error }, 'a process could not be started; tried again');
      startSoon();
    }
  };
  const startSoon = () => setTimeout(faults.guard('timer', start), PAUSE_MS);
  cluster.on('listening', () => {
    serving = true;
    started.resolve();
  });
  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return;
    if (!serving) {
      return started.reject(new StartFault('a process of this machine did not start; see its line above'));
    }
    log.error({ pid: worker.process.pid, code, signal }, 'a process died and is replaced');
    startSoon();
  });
  for (let i = 0; i < count; i++) start();
  return {
    started: started.promise,
    /** A worker that has not stopped within this time, as one that stands still, is killed. */
    async stop(withinMs: number): Promise<void> {
      stopping = true;
      const alive = Object.values(cluster.workers ?? {})
        .filter((worker) => worker !== undefined)
        .filter((worker) => !worker.isDead());
      await Promise.all(
        alive.map(async (worker) => {
          const exited = once(worker, 'exit');
          worker.process.kill('SIGTERM');
          const patience = setTimeout(() => worker.process.kill('SIGKILL'), withinMs);
          await exited.finally(() => clearTimeout(patience));
        }),
      );
    },
  };
}
