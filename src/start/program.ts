import cluster from 'node:cluster';
import { flushCompileCache } from 'node:module';
import { createApp } from '../app.ts';
import { environment, readConfig, type Config } from './config.ts';
import { createDependencies } from './dependencies.ts';
import type { Mode } from './foundation.ts';
import { checkPort, listen } from '../platform/http/listen.ts';
import { watchProcess } from '../platform/process/faults.ts';
import { createLog, type Log } from '../platform/log.ts';
import { serveMetrics } from '../platform/metrics/metrics-route.ts';
import { explain, runTool } from '../platform/process/tool.ts';
import { startPrimary } from './primary.ts';
import { endWithin, leadStopMs, stopMs } from './stopping.ts';
import { warnOfSettings, welcome } from './welcome.ts';

explain(`npm start

Starts the program: brings the database to its last migration, seeds what is missing, and listens on PORT. Settings come from
the environment and from .env in the folder of the start; .env.example names them. SIGTERM and Ctrl-C end it in order.`);

// From the first moment: a program that gets a signal during its start completes the start and then stops in
// order, within a limit.
const stopped = stopSignal();

await runTool(async () => {
  const config = readConfig(environment());
  const log = createLog({ level: config.logLevel });
  const isLeading = !cluster.isWorker && config.webConcurrency > 1;
  void stopped.then(() => endWithin(isLeading ? leadStopMs(config) : stopMs(config), log));
  if (cluster.isWorker) return serve(config, log, 'worker');
  warnOfSettings(config, log);
  await checkPort(config);
  return isLeading ? lead(config, log) : serve(config, log, 'alone');
});

/** One process that answers requests, alone or as one of several. */
async function serve(config: Config, log: Log, mode: Mode): Promise<void> {
  const needs = await createDependencies(config, log, mode);
  try {
    const app = await createApp(needs);
    if (config.metricsPort !== undefined && mode === 'alone') {
      const metrics = await serveMetrics(
        { port: config.metricsPort, host: config.host, log },
        needs.metricsText,
      );
      needs.closing.owns(metrics, (opened) => opened.close());
    }
    await listen(app, config);
    // Node ends a worker at once when its primary has gone. Until here that is right, because the worker
    // would wait for its port for ever. From here on a charge may be under way.
    if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
    else welcome(config);
    watchProcess(needs.faults, log);
    // Done now, because a process that is killed later could not do it.
    flushCompileCache();
    const signal = await stopped;
    log.info({ signal }, 'finishing the requests under way');
    await app.close();
  } finally {
    await needs.close();
    // The channel to the primary would keep this process alive; the primary may have closed it already.
    if (process.connected) process.disconnect();
  }
}

/** The process that keeps the others running. */
async function lead(config: Config, log: Log): Promise<void> {
  const primary = await startPrimary(config, log);
  welcome(config);
  log.info({ signal: await stopped }, 'finishing the requests under way');
  await primary.stop();
}

/**
 * A worker whose primary has died stops as after a signal. A second signal while it finishes (a terminal and
 * the primary both send one) changes nothing.
 */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
    process.once('disconnect', () => resolve('disconnect'));
  });
}
