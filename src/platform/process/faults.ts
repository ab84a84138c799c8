import type { Log } from '../log.ts';

/** Where events come from that no request waits for; `rejection` is a promise that nobody awaited. */
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
  /** Logs and counts what the handler of an event threw. */
  report(source: FaultSource, error: unknown): void;
  /** The same handler, which neither throws nor rejects: what nobody catches would end the process. */
  guard<Event extends unknown[]>(
    source: FaultSource,
    handle: (...event: Event) => unknown,
  ): (...event: Event) => void;
};

/** `count` is told of each fault. */
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
 * A rejection that nobody awaits ends no process that serves: it may be in the middle of a charge. An exception that
 * nobody caught still does, since nobody knows what it left half done; the log has it first.
 */
export function watchProcess(faults: Faults, log: Pick<Log, 'fatal'>): void {
  process.on('unhandledRejection', (reason) => faults.report('rejection', reason));
  process.on('uncaughtExceptionMonitor', (error) => {
    log.fatal({ err: error }, 'the process ends by an exception that nobody caught');
  });
}
