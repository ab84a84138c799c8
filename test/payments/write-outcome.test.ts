import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../src/payments/outcome.ts';
import { writeOutcome, type UnwrittenCharge } from '../../src/payments/write-outcome.ts';
import { createLog } from '../../src/platform/log.ts';
import { unavailable } from '../../src/platform/errors.ts';
import { createUnderWay } from '../../src/platform/process/under-way.ts';

/** What is needed to write an outcome down when the lease of its attempt is over already. */
function lateWriter(outcome: Outcome) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', out: { write: (line) => lines.push(line) } });
  const lease = { seconds: 0, covers: () => false };
  const charged: UnwrittenCharge = { attempt: { id: 7, attemptId: 'attempt-7' }, outcome, lease };
  return { lines, charged, needs: { log, underWay: createUnderWay() } };
}

/** Fails so many times, as when the database is away, and then gives 'written'. */
function failing(times: number) {
  let tries = 0;
  return () => (++tries <= times ? Promise.reject(unavailable()) : Promise.resolve('written'));
}
const notLeft = () => Promise.reject(new Error('nothing is to be left to the operator'));

test('a charge is tried until it is written, also when its lease is over, and the operator is told meanwhile', async () => {
  const { lines, charged, needs } = lateWriter({ kind: 'charged', transactionId: 'tx-1' });
  assert.equal(await writeOutcome(needs, charged, { write: failing(3), leave: notLeft }), 'written');
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /"attempt":7.*"transactionId":"tx-1".*could not be written/);
});

test('what charged nobody is not tried for ever: the end of the lease finds it', async () => {
  const { lines, charged, needs } = lateWriter({ kind: 'declined' });
  const writing = writeOutcome(needs, charged, { write: failing(3), leave: notLeft });
  await assert.rejects(writing, { status: 503 });
  assert.match(lines.join(''), /"outcome":"declined".*could not be written/);
});

test('a charge whose effect the database refuses is left to the operator, and its customer hears what is left', async () => {
  const { lines, charged, needs } = lateWriter({ kind: 'charged', transactionId: 'tx-2' });
  const left = { kind: 'refused', refusal: unavailable(), alarm: 'charged but not confirmed' } as const;
  const write = () => Promise.reject(new Error('a constraint'));
  assert.equal(await writeOutcome(needs, charged, { write, leave: () => Promise.resolve(left) }), left);
  assert.match(lines[0] ?? '', /a constraint/);
  assert.match(lines[1] ?? '', /"transactionId":"tx-2".*charged but not confirmed/);
});
