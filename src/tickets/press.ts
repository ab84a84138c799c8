import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { Faults } from '../platform/process/faults.ts';
import { printersBusy, printerStopped } from './errors.ts';
import type { Ticket } from './text.ts';

export type Kind = 'qr' | 'pdf';
export type Job = { kind: Kind; ticket: Ticket; text: string; bookedAt: Date };
export type Order = { number: number; job: Job };
export type Printed = { number: number; base64: string } | { number: number; fault: unknown };
export type Press = {
  /** The ticket as base64. Throws a 503 with Retry-After while too many are being made. */
  print(job: Job): Promise<string>;
  close(): Promise<void>;
};

type Waiting = { resolve(base64: string): void; reject(error: unknown): void };

// A second's work; whoever came after it would wait longer than he should.
const MOST_WAITING = 50;
// No ticket takes so long, also on a machine that has much else to do: the thread is stuck.
const STUCK_MS = 10_000;
const KEPT = 100;

/** Makes tickets on a thread of their own, begun with the first, so that no request waits while another prints. */
export function createPress(faults: Faults): Press {
  const waiting = new Map<number, Waiting>();
  const recent = new LRUCache<string, Promise<string>>({ max: KEPT });
  let worker: Worker | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let count = 0;

  const start = () => {
    const started = new Worker(new URL('./printer.ts', import.meta.url));
    const onLoss = faults.guard('printer', (cause: unknown) => lose(started, cause));
    started.on('message', faults.guard('printer', settle));
    started.on('error', onLoss);
    started.on('exit', (code) => onLoss(new Error(`the printer ended with ${code}`)));
    started.unref();
    return started;
  };
  const settle = (printed: Printed) => {
    const customer = waiting.get(printed.number);
    waiting.delete(printed.number);
    watch();
    if ('base64' in printed) customer?.resolve(printed.base64);
    else customer?.reject(printed.fault);
  };
  // Looks at the thread, not at who waits: a long queue is no reason to end it.
  const watch = () => {
    clearTimeout(watchdog);
    if (waiting.size > 0) watchdog = setTimeout(() => void worker?.terminate(), STUCK_MS).unref();
  };
  // The next ticket gets a new thread; whoever waited for the old one may ask again.
  const lose = (lost: Worker, cause: unknown) => {
    if (worker !== lost) return;
    worker = undefined;
    for (const number of waiting.keys()) settle({ number, fault: printerStopped(cause) });
  };

  const send = (job: Job): Promise<string> => {
    const printer = (worker ??= start());
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const number = ++count;
    waiting.set(number, { resolve, reject });
    if (waiting.size === 1) watch();
    printer.postMessage({ number, job } satisfies Order);
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
