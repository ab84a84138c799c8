import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { Refusal } from '../../src/platform/errors.ts';
import { createPrintQueue, type PrintJob } from '../../src/tickets/print-queue.ts';
import { collectFaults } from '../support/faults.ts';
import { ticket } from './ticket.ts';

const PRINT_QUEUE = new URL('../../src/tickets/print-queue.ts', import.meta.url).href;

const job = (bookingId: number): PrintJob => ({
  kind: 'pdf',
  text: `SKYFOX BOOKING #${bookingId}`,
  bookedAt: new Date(0),
  ticket: { ...ticket, bookingId },
});

function startQueue(t: TestContext) {
  const queue = createPrintQueue(collectFaults().faults);
  t.after(() => queue.close());
  return queue;
}

test('more tickets than can be made soon are refused with a time to come again, and the next are made', async (t) => {
  const queue = startQueue(t);
  const outcomes = await Promise.allSettled(Array.from({ length: 80 }, (_, id) => queue.print(job(id))));
  const refused = outcomes
    .filter(({ status }) => status === 'rejected')
    .map((outcome) => (outcome as PromiseRejectedResult).reason);
  assert.equal(refused.length, 30);
  for (const refusal of refused) {
    assert.ok(refusal instanceof Refusal);
    assert.deepEqual([refusal.status, refusal.retryAfterSeconds], [503, 1]);
  }
  assert.equal(typeof (await queue.print(job(79))), 'string');
});

test('requests for one ticket at once share one print', async (t) => {
  const queue = startQueue(t);
  const prints = await Promise.all(Array.from({ length: 500 }, () => queue.print(job(1))));
  assert.equal(new Set(prints).size, 1);
});

test('a ticket that cannot be made fails alone', async (t) => {
  const queue = startQueue(t);
  const impossible = { ...job(1), text: 'x'.repeat(5_000) };
  const [failed, made] = await Promise.allSettled([queue.print(impossible), queue.print(job(2))]);
  assert.equal(failed.status, 'rejected');
  assert.equal(made.status, 'fulfilled');
});

test('requests that wait when the print queue closes are told to come again, and the next ticket starts it anew', async (t) => {
  const queue = startQueue(t);
  const waiting = queue.print(job(1));
  await queue.close();
  await assert.rejects(waiting, { status: 503, message: /could not be printed just now/ });
  assert.equal(typeof (await queue.print(job(1))), 'string');
});

test('a thread that is silent for ten seconds is ended, and a working thread is not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const queue = startQueue(t);
  const first = queue.print(job(1));
  t.mock.timers.tick(9_000);
  await first;
  const second = queue.print(job(2));
  t.mock.timers.tick(9_999);
  assert.equal(typeof (await second), 'string', 'its time began with it');
  const stuck = queue.print(job(3));
  t.mock.timers.tick(10_000);
  await assert.rejects(stuck, { status: 503 });
});

test('a thread that may not change its priority prints all the same', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-print-'));
  t.after(() => rm(folder, { recursive: true }));
  const forbidden = join(folder, 'forbidden.mjs');
  await writeFile(
    forbidden,
    `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module';
    os.setPriority = () => { throw new Error('EACCES'); }; syncBuiltinESMExports();`,
  );
  const program = join(folder, 'program.mjs');
  await writeFile(
    program,
    `import { createPrintQueue } from ${JSON.stringify(PRINT_QUEUE)};
    const queue = createPrintQueue({ guard: (_source, handle) => handle });
    const alive = setInterval(() => undefined, 1_000);
    console.log((await queue.print(${JSON.stringify({ ...job(1), kind: 'qr' })})).length);
    clearInterval(alive);
    await queue.close();`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', forbidden, program]);
  assert.match(stdout, /^\d{3,}\n$/, 'the length of a picture');
});
