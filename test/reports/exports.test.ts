import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createPool } from '../../src/platform/database/db.ts';
import { createExports } from '../../src/reports/exports.ts';
import { createDatabase } from '../support/database.ts';

const wanted = {
  month: undefined,
  year: undefined,
  period: undefined,
  movieIds: undefined,
  slotId: undefined,
  zone: 'UTC',
  excel: false,
};

/** Exports of a pool of three connections, of which two are theirs, and a clock that the test moves. */
async function openExports(t: TestContext) {
  const { url } = await createDatabase(t);
  const reports = createPool({ url, max: 3 });
  t.after(() => reports.end());
  const exports = createExports(reports);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const responses: ServerResponse[] = [];
  const open = () => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    responses.push(response);
    return { response, file: exports.open(wanted, response) };
  };
  return { open };
}

test('an export that waits for twenty seconds is told to come again in ten', async (t) => {
  const { open } = await openExports(t);
  const files = [await open().file, await open().file];
  const third = open();
  let refusal: unknown;
  third.file.catch((error: unknown) => (refusal = error));
  t.mock.timers.tick(19_999);
  await new Promise(setImmediate);
  assert.equal(refusal, undefined);
  t.mock.timers.tick(1);
  await assert.rejects(third.file, { status: 503, retryAfterSeconds: 10 });
  for (const file of files) file.destroy();
});

test('a turn goes to the request that has waited longest and is still there, or back if there is none', async (t) => {
  const { open } = await openExports(t);
  const [first, second] = [await open().file, await open().file];
  const [gone, next, last] = [open(), open(), open()];
  gone.response.destroy();
  await assert.rejects(gone.file, { status: 503 });
  first.destroy();
  const given = await next.file;
  given.destroy();
  const [lastFile] = [await last.file];
  lastFile.destroy();
  second.destroy();
  await Promise.all([once(lastFile, 'close'), once(second, 'close')]);
  const both = [await open().file, await open().file];
  for (const file of both) file.destroy();
});

test('a file ends with the response that it is meant for, and a reader that takes nothing loses it after a minute', async (t) => {
  const { open } = await openExports(t);
  const { response, file } = open();
  const opened = await file;
  const patience = t.mock.method(response, 'setTimeout');
  const closed = once(opened, 'close');
  response.destroy();
  await closed;
  assert.equal(patience.mock.callCount(), 0);

  const other = new ServerResponse(new IncomingMessage(new Socket()));
  const waits = t.mock.method(other, 'setTimeout');
  const { url } = await createDatabase(t);
  const reports = createPool({ url, max: 2 });
  t.after(() => reports.end());
  const slow = await createExports(reports).open(wanted, other);
  const [[milliseconds, giveUp] = []] = waits.mock.calls.map(({ arguments: given }) => given);
  assert.equal(milliseconds, 60_000);
  const over = once(slow, 'close');
  (giveUp as () => void)();
  await over;
});
