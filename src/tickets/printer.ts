// The thread on which tickets are made: press.ts starts it.
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { drawPage } from './page.ts';
import type { Job, Order, Printed } from './press.ts';
import { codePicture, encode } from './qr-code.ts';

const NICE = 5;
yieldToRequests();

/** Lets requests go before tickets. On Linux 0 is this thread alone; elsewhere it would be the whole process. */
function yieldToRequests(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.max(NICE, getPriority(0)));
  } catch {
    // A sandbox may forbid it, and tickets are printed all the same.
  }
}

async function print({ kind, ticket, text, bookedAt }: Job): Promise<Buffer> {
  return kind === 'qr' ? codePicture(text) : drawPage(ticket, { code: encode(text), bookedAt });
}

async function answer({ number, job }: Order): Promise<void> {
  const printed: Printed = await print(job).then(
    (bytes) => ({ number, base64: bytes.toString('base64') }),
    (fault: unknown) => ({ number, fault }),
  );
  parentPort?.postMessage(printed);
}

// One after the other, so that the first is done first.
let last = Promise.resolve();
parentPort?.on('message', (order: Order) => {
  last = last.then(() => answer(order));
});
