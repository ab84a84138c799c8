import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { Faults } from '../platform/process/faults.ts';
import { printersBusy, printerStopped } from './errors.ts';
import type { Ticket } from './text.ts';

export type TicketKind = 'qr' | 'pdf';
export type PrintJob = { kind: TicketKind; ticket: Ticket; text: string; bookedAt: Date };
export type PrintRequest = { number: number; job: PrintJob };
export type PrintReply = { number: number; base64: string } | { number: number; fault: unknown };
export type PrintQueue = {
  /** The ticket as base64. Throws a 503 with Retry-After while too many are being made. */
  print(job: PrintJob): Promise<string>;
  close(): Promise<void>;
};

type Waiting = { resolve(base64: string): void; reject(error: unknown): void };

// About a second's work. A request behind them would wait too long.
const MOST_WAITING = 50;
// No ticket takes this long, even on a busy machine: the thread is stuck.
const STUCK_MS = 10_000;
const KEPT = 100;

/** Makes tickets on a thread of their own, so that other requests go on meanwhile. The first ticket starts the thread. */
export function createPrintQueue(faults: Faults): PrintQueue {
  const waiting = new Map<number, Waiting>();
  const recent = new LRUCache<string, Promise<string>>({ max: KEPT });
  let worker: Worker | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let count = 0;

  const start = () => {
    const started = new Worker(new URL('./print-thread.ts', import.meta.url));
    const onLoss = faults.guard('printer', (cause: unknown) => lose(started, cause));
    started.on('message', faults.guard('printer', finish));
    started.on('error', onLoss);
    started.on('exit', (code) => onLoss(new Error(`the printer ended with ${code}`)));
    started.unref();
    return started;
  };
  const finish = (printed: PrintReply) => {
    const request = waiting.get(printed.number);
    waiting.delete(printed.number);
    watch();
    if ('base64' in printed) request?.resolve(printed.base64);
    else request?.reject(printed.fault);
  };
  // It starts again with each finished ticket: a long queue alone does not end the thread.
  const watch = () => {
    clearTimeout(watchdog);
    if (waiting.size > 0) watchdog = setTimeout(() => void worker?.terminate(), STUCK_MS).unref();
  };
  // The next ticket starts a new thread. Requests that waited for the old one get a 503 and may come again.
  const lose = (lost: Worker, cause: unknown) => {
    if (worker !== lost) return;
    worker = undefined;
    for (const number of waiting.keys()) finish({ number, fault: printerStopped(cause) });
  };

  const send = (job: PrintJob): Promise<string> => {
    const printer = (worker ??= start());
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const number = ++count;
    waiting.set(number, { resolve, reject });
    if (waiting.size === 1) watch();
    printer.postMessage({ number, job } satisfies PrintRequest);
    return promise;
  };

  return {
    async print(job) {
      const key = JSON.stringify(job);
      const known = recent.get(key);
      if (known) return known;
      if (waiting.size >= MOST_WAITING) throw printersBusy();
      const printed = send(job);
      recent.set(key, printed);
      printed.catch(() => recent.delete(key));
      return printed;
    },
    close: async () => void (await worker?.terminate()),
  };
}
