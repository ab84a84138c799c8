import type { Log } from '../log.ts';

/** Sources of events that no request waits for. `rejection` is a promise that nothing awaited. */
export const FAULT_SOURCES = [
  'notice',
  'message',
  'timer',
  'stream',
  'request',
  'printer',
  'server',
  'rejection',
] as const;
export type FaultSource = (typeof FAULT_SOURCES)[number];

export type Faults = {
  /** Logs and counts an error of an event handler. */
  report(source: FaultSource, error: unknown): void;
  /** The same handler, which neither throws nor rejects: an uncaught error would end the process. */
  guard<Event extends unknown[]>(
    source: FaultSource,
    handle: (...event: Event) => unknown,
  ): (...event: Event) => void;
};

/** `count` is called for each fault. */
export function createFaults(log: Pick<Log, 'error'>, count: (source: FaultSource) => void): Faults {
  const report = (source: FaultSource, error: unknown) => {
    count(source);
    log.error({ err: error, source }, 'an event could not be handled');
  };
  return {
    report,
    guard(source, handle) {
      return (...event) => {
        try {
          const done = handle(...event);
          if (done instanceof Promise) done.catch((error: unknown) => report(source, error));
        } catch (error) {
          report(source, error);
        }
      };
    },
  };
}

/**
 * An unhandled rejection does not end the process, because a charge may be under way. An uncaught exception
 * is logged and ends it, because any state may be half changed.
 */
export function watchProcess(faults: Faults, log: Pick<Log, 'fatal'>): void {
  process.on('unhandledRejection', (reason) => faults.report('rejection', reason));
  process.on('uncaughtExceptionMonitor', (error) => {
    log.fatal({ err: error }, 'the process ends by an exception that nobody caught');
  });
}
