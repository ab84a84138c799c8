import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createDeadlines } from '../../../src/platform/process/deadlines.ts';
import { isMessage } from '../../../src/platform/process/machine-messages.ts';
import { repeat } from '../../../src/platform/process/repeat.ts';
import { eventually } from '../../support/eventually.ts';
import { collectFaults } from '../../support/faults.ts';

test('what a handler throws, or what it promised and did not keep, is logged and counted once', async () => {
  const { faults, sources, errors } = collectFaults();
  const heard: unknown[] = [];
  const fails = faults.guard('timer', (what: string) => {
    heard.push(what);
    throw new Error(what);
  });
  const rejects = faults.guard('stream', async (what: string) => {
    throw new Error(what);
  });
  fails('at once');
  rejects('later');
  await eventually('both are told', () => sources.length === 2);
  assert.deepEqual(sources, ['timer', 'stream']);
  assert.deepEqual(
    errors.map((error) => (error as Error).message),
    ['at once', 'later'],
  );
  assert.deepEqual(heard, ['at once']);
});

test('of all values only whole messages are messages', () => {
  const kind = fc.constantFrom(
    'broadcast',
    'received',
    'done',
    'ask',
    'answer',
    'collect',
    'provided',
    '__proto__',
  );
  const field = fc.oneof(fc.constant(undefined), fc.anything(), fc.integer(), fc.string());
  const record = fc.record({ kind, id: field, topic: field, items: field, question: field, failure: field });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), record), (told) => {
      if (!isMessage(told)) return;
      assert.ok(Number.isSafeInteger(told.id));
      if (told.kind === 'broadcast') assert.ok(Array.isArray(told.items) && typeof told.topic === 'string');
      if (told.kind === 'ask') assert.equal(typeof told.question, 'string');
    }),
    { numRuns: 2_000 },
  );
  assert.ok(isMessage({ kind: 'broadcast', id: 1, topic: 'seats', items: [] }));
  assert.ok(isMessage({ kind: 'answer', id: 1, value: { any: 'thing' } }));
});

for (const [how, work] of [
  [
    'throws',
    () => {
      throw new Error('no promise at all');
    },
  ],
  ['rejects', () => Promise.reject(new Error('a promise not kept'))],
] as const) {
  test(`work that ${how} comes again, also where its error cannot be told`, async (t) => {
    let turns = 0;
    const repeated = repeat(
      1,
      () => {
        turns += 1;
        return work();
      },
      () => {
        throw new Error('nobody to tell');
      },
    );
    t.after(() => repeated.stop());
    await eventually('it comes again', () => turns >= 3);
  });

  test(`deadlines go on where what is due ${how}`, async (t) => {
    const told: unknown[] = [];
    let due = 0;
    const deadlines = createDeadlines(
      (count) => {
        due += count;
        return work();
      },
      (error) => told.push(error),
    );
    t.after(() => deadlines.stop());
    for (const inMs of [0, 5, 20, Number.NaN, -1, Number.NEGATIVE_INFINITY]) deadlines.add(inMs);
    deadlines.add(Number.POSITIVE_INFINITY);
    await eventually('all are due that ever will be', () => due === 5);
    assert.ok(told.length > 0);
  });
}

const fileOf = (name: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../../src/platform/${name}`, import.meta.url)));

/** A program that is watched, does this, and says so if it is alive a moment later; with its lines of log. */
function watched(program: string): Promise<{ code: number; said: string; log: Record<string, unknown>[] }> {
  const source = `
    import { createFaults, watchProcess } from ${fileOf('process/faults.ts')};
    import { createLog } from ${fileOf('log.ts')};
    const log = createLog({ level: 'info' });
    watchProcess(createFaults(log, (source) => process.stderr.write(source + ' ')), log);
    setTimeout(() => process.stderr.write('alive'), 200);
    ${program}`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '--eval', source], (error, stdout, said) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve({ code: Number(error?.code ?? 0), said, log });
    });
  });
}

test('a rejection that nobody awaits is logged and counted, and ends no process that serves', async () => {
  const { code, said, log } = await watched(`Promise.reject(new Error('nobody waits for me'));`);
  assert.deepEqual([code, said], [0, 'rejection alive']);
  assert.deepEqual(
    log.map(({ level, source }) => [level, source]),
    [[50, 'rejection']],
  );
});

test('an exception that nobody caught ends the process, and the log says by what', async () => {
  const { code, said, log } = await watched(
    `setTimeout(() => { throw new Error('what was it doing?'); }, 10);`,
  );
  assert.notEqual(code, 0);
  assert.doesNotMatch(said, /alive/);
  const [line] = log;
  assert.deepEqual(
    [line?.['level'], (line?.['err'] as { message: string } | undefined)?.message],
    [60, 'what was it doing?'],
  );
});
