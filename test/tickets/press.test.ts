import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { Refusal } from '../../src/platform/errors.ts';
import { createPress, type Job } from '../../src/tickets/press.ts';
import { collectFaults } from '../support/faults.ts';
import { ticket } from './ticket.ts';

const PRESS = new URL('../../src/tickets/press.ts', import.meta.url).href;

const job = (bookingId: number): Job => ({
  kind: 'pdf',
  text: `SKYFOX BOOKING #${bookingId}`,
  bookedAt: new Date(0),
  ticket: { ...ticket, bookingId },
});

function startPress(t: TestContext) {
  const press = createPress(collectFaults().faults);
  t.after(() => press.close());
  return press;
}

test('more tickets than can be made soon are refused with a time to come again, and the next are made', async (t) => {
  const press = startPress(t);
  const outcomes = await Promise.allSettled(Array.from({ length: 80 }, (_, id) => press.print(job(id))));
  const refused = outcomes
    .filter(({ status }) => status === 'rejected')
    .map((outcome) => (outcome as PromiseRejectedResult).reason);
  assert.equal(refused.length, 30);
  for (const refusal of refused) {
    assert.ok(refusal instanceof Refusal);
    assert.deepEqual([refusal.status, refusal.retryAfterSeconds], [503, 1]);
  }
  assert.equal(typeof (await press.print(job(79))), 'string');
});

test('those who want one ticket at once get one print', async (t) => {
  const press = startPress(t);
  const prints = await Promise.all(Array.from({ length: 500 }, () => press.print(job(1))));
  assert.equal(new Set(prints).size, 1);
});

test('a ticket that cannot be made fails alone', async (t) => {
  const press = startPress(t);
  const impossible = { ...job(1), text: 'x'.repeat(5_000) };
  const [failed, made] = await Promise.allSettled([press.print(impossible), press.print(job(2))]);
  assert.equal(failed.status, 'rejected');
  assert.equal(made.status, 'fulfilled');
});

test('who waits when the press closes is told to come again, and the next ticket starts it anew', async (t) => {
  const press = startPress(t);
  const waiting = press.print(job(1));
  await press.close();
  await assert.rejects(waiting, { status: 503, message: /could not be printed just now/ });
  assert.equal(typeof (await press.print(job(1))), 'string');
});

test('a thread that is silent for ten seconds is ended, and one that works is not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const press = startPress(t);
  const first = press.print(job(1));
  t.mock.timers.tick(9_000);
  await first;
  const second = press.print(job(2));
  t.mock.timers.tick(9_999);
  assert.equal(typeof (await second), 'string', 'its time began with it');
  const stuck = press.print(job(3));
  t.mock.timers.tick(10_000);
  await assert.rejects(stuck, { status: 503 });
});

test('a thread that may not change its priority prints all the same', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-press-'));
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
    `import { createPress } from ${JSON.stringify(PRESS)};
    const press = createPress({ guard: (_source, handle) => handle });
    const alive = setInterval(() => undefined, 1_000);
    console.log((await press.print(${JSON.stringify({ ...job(1), kind: 'qr' })})).length);
    clearInterval(alive);
    await press.close();`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', forbidden, program]);
  assert.match(stdout, /^\d{3,}\n$/, 'the length of a picture');
});
