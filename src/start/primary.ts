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

const PAUSE_MS = 1_000;

export type Primary = { stop(): Promise<void> };

/**
 * Opens what the processes of a machine share, and keeps the workers running: a worker that dies is replaced. Throws a
 * StartFault where they cannot start.
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
      // A page without figures would say that the machine is up and all is quiet.
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
      kept.stop(),
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
 * A process that dies before any has opened the port dies of what all would die of, and that ends the start; later it is
 * one that died, and is replaced.
 */
function keepWorkers(
  count: number,
  { env, log, faults }: { env: NodeJS.ProcessEnv; log: Log; faults: Faults },
) {
  let stopping = false;
  let serving = false;
  const started = Promise.withResolvers<void>();

  const start = () => {
    if (stopping) return;
    try {
      const worker = cluster.fork(env);
      // What is sent to a process in the moment in which it dies; unheard, it would end this one.
      worker.on('error', (error) => {
        log.warn({ err: error, pid: worker.process.pid }, 'a process was not reached');
        if (worker.process.pid === undefined) startSoon();
      });
    } catch (error) {
      // A machine that is out of memory now may have some soon.
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
    async stop(): Promise<void> {
      stopping = true;
      const alive = Object.values(cluster.workers ?? {})
        .filter((worker) => worker !== undefined)
        .filter((worker) => !worker.isDead());
      await Promise.all(
        alive.map(async (worker) => {
          const exited = once(worker, 'exit');
          worker.process.kill('SIGTERM');
          await exited;
        }),
      );
    },
  };
}
