import type { Log } from '../platform/log.ts';
import type { Config } from './config.ts';

// A charge in flight takes the gateway's time-out; the rest is for writing it down.
const WRITE_MS = 5_000;
const CLOSE_MS = 5_000;

/** How long a stop waits for requests under way, and after that for payments whose clients have gone. */
export const drainMs = ({ payments }: Config): number => payments.timeoutSeconds * 1_000 + WRITE_MS;

/** How long a process that answers requests may take to stop. */
export const stopMs = (config: Config): number => 2 * drainMs(config) + CLOSE_MS;

/** The same for the process that keeps others, and kills those that have not stopped by then. */
export const leadStopMs = (config: Config): number => stopMs(config) + 2 * CLOSE_MS;

/**
 * Ends this process after this time, should it not have ended by itself. A start may wait for ever (another process's
 * migrations), and what is under way by then would not end either. A charge without an outcome is left to its lease.
 */
export function endWithin(milliseconds: number, log: Pick<Log, 'error'>): void {
  setTimeout(() => {
    log.error('the program did not stop in time, and ends with what is under way');
    process.exit();
  }, milliseconds).unref();
}
