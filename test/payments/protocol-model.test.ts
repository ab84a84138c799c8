import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { explore } from './protocol/explore.ts';
import { faultOf, type Fault } from './protocol/guarantee.ts';
import { GUARDS, isAlive, isOpen, type Guards, type World } from './protocol/world.ts';

// Two processes, each of which may stand still or die between any two steps; the sweeps; an operator who looks, and says
// something later; a customer who sends again with the key and without; a gateway that charges, declines or is silent.
const names = new Set<string>();

for (const kind of ['booking', 'top-up'] as const) {
  test(`${kind}: whatever order things happen in, every charge is a booking, in a wallet, given back or listed`, (t) => {
    const explored = explore(kind, GUARDS, (world) => faultOf(world) !== undefined);
    t.diagnostic(`${explored.states} states`);
    assert.deepEqual(explored.found?.trace, undefined, explored.found && faultOf(explored.found.world));
    assert.ok(explored.states > 100_000, 'it has looked at more than a few');
    for (const name of explored.names) names.add(name);
  });
}

// Each guard is needed: what goes wrong without it, and how soon.
const without: readonly [keyof Guards, World['kind'], Fault][] = [
  ['fence', 'booking', 'a booking that was charged twice, and not out of the gap'],
  ['fence', 'top-up', 'a charge that nobody knows of'],
  ['reopening', 'booking', 'a charge that came back, and nobody was told'],
  ['reopening', 'top-up', 'a charge that came back, and nobody was told'],
  ['earlierWord', 'booking', 'a charge that has bought two things'],
  ['earlierWord', 'top-up', 'a charge that has bought two things'],
  ['claims', 'booking', 'a key that says that it was refused, and has bought'],
  ['claims', 'top-up', 'a key that has charged twice'],
  ['unresolvedBlocks', 'booking', 'a booking that was charged twice, and not out of the gap'],
];
for (const [guard, kind, fault] of without) {
  test(`${kind}: without the guard "${guard}" there is ${fault}`, (t) => {
    const { found } = explore(kind, { ...GUARDS, [guard]: false }, (world) => faultOf(world) === fault);
    assert.ok(found, 'it is found');
    t.diagnostic(found.trace.join('; '));
  });
}

test('out of the gap between the last look and the first byte a booking can be charged twice: the second is listed', (t) => {
  const { found } = explore('booking', GUARDS, ({ attempts: [first, second], booking }) =>
    Boolean(booking === 1 && second?.charged && first?.cameBack && first.earlier === 'failed'),
  );
  const first = found?.world.attempts[0];
  assert.ok(found && first?.outOfGap && isOpen(first));
  t.diagnostic(found.trace.join('; '));
});

test('a process that charges out of the gap and dies leaves a charge that is among what was called failed, and nowhere else', (t) => {
  const { found } = explore('booking', GUARDS, ({ attempts: [first], requests }) =>
    Boolean(first?.charged && first.resolution === 'failed' && !requests.some(isAlive)),
  );
  assert.ok(found?.world.attempts[0]?.outOfGap);
  t.diagnostic(found.trace.join('; '));
});

test('the steps of the model are functions of the program', () => {
  const outside = /^(the customer|the operator|process \d dies|time goes by)/;
  const steps = new Set(
    [...names].filter((name) => !outside.test(name)).map((name) => name.split(/[:,]/)[0] ?? ''),
  );
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const text = globSync(`${src}/{payments,bookings,checkout,wallet,idempotency}/*.ts`)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const missing = [...steps].filter((name) => !new RegExp(`(function|const) ${name}\\b`).test(text));
  assert.deepEqual(missing, []);
  assert.ok(steps.size >= 14, [...steps].join());
});
