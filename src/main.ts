import { createApp } from './app.ts';
import { environment, readConfig } from './config.ts';
import { createDependencies } from './dependencies.ts';
import { StartFault } from './platform/errors.ts';
import { listen } from './platform/listen.ts';
import { createLog } from './platform/log.ts';
import { welcome, warnOfSettings } from './welcome.ts';

try {
  const config = readConfig(environment());
  const log = createLog({ level: config.logLevel });
  warnOfSettings(config, log);
  const needs = await createDependencies(config, log);
  try {
    const app = await createApp(needs);
    await listen(app, config);
    welcome(config);
    const signal = await stopSignal();
    log.info({ signal }, 'finishing what is in flight');
    await app.close();
  } finally {
    await needs.close();
  }
} catch (error) {
  if (!(error instanceof StartFault)) throw error;
  console.error(`SkyFox cannot start:\n${error.message}`);
  process.exitCode = 1;
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}
