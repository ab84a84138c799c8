// The thread on which tickets are made: print-queue.ts starts it.
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { drawPage } from './page.ts';
import type { PrintJob, PrintRequest, PrintReply } from './print-queue.ts';
import { codePicture, encode } from './qr-code.ts';

const NICE = 5;
lowerPriority();

/** Gives requests priority over tickets. On Linux 0 means this thread alone, elsewhere the whole process. */
function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.max(NICE, getPriority(0)));
  } catch {
    // A sandbox may forbid it. Tickets are made without it.
  }
}

async function print({ kind, ticket, text, bookedAt }: PrintJob): Promise<Buffer> {
  return kind === 'qr' ? codePicture(text) : drawPage(ticket, { code: encode(text), bookedAt });
}

async function answer({ number, job }: PrintRequest): Promise<void> {
  const printed: PrintReply = await print(job).then(
    (bytes) => ({ number, base64: bytes.toString('base64') }),
    (fault: unknown) => ({ number, fault }),
  );
  parentPort?.postMessage(printed);
}

// One after the other, in the order of arrival.
let last = Promise.resolve();
parentPort?.on('message', (order: PrintRequest) => {
  last = last.then(() => answer(order));
});
