import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSummaries, type Summary } from '../../web/hall/announcing.ts';
import { changesOf, readOccupation, type SeatState } from '../../web/hall/live.ts';

const none = new Set<string>();

test('an event changes only the seats that differ', () => {
  const states = new Map<string, SeatState>([
    ['A1', 'free'],
    ['A2', 'held'],
    ['A3', 'taken'],
    ['A4', 'held'],
  ]);
  const changes = changesOf(states, { occupied: ['A1', 'A3', 'A4'], held: ['A1'] }, none);
  assert.deepEqual(changes, [
    { number: 'A1', from: 'free', to: 'held' },
    { number: 'A2', from: 'held', to: 'free' },
    { number: 'A4', from: 'held', to: 'taken' },
  ]);
});

test('what a customer holds is shown as their own, and not as held', () => {
  const changes = changesOf(new Map([['A1', 'free']]), { occupied: ['A1'], held: ['A1'] }, new Set(['A1']));
  assert.deepEqual(changes, [{ number: 'A1', from: 'free', to: 'own' }]);
});

test('an event without `held`, as an older server sends it, still says what is taken', () => {
  assert.deepEqual(readOccupation('{"occupied":["A1"]}'), { occupied: ['A1'] });
});

for (const data of ['', 'null', '[]', '{"occupied":7}', '{"occupied":["A1"']) {
  test(`the data ${JSON.stringify(data)} is passed over`, () => {
    assert.equal(readOccupation(data), undefined);
  });
}

/** Summaries on a clock that the test moves. */
function clocked() {
  let now = 0;
  let planned: { at: number; act: () => void }[] = [];
  const said: (Summary & { at: number })[] = [];
  const report = createSummaries({
    say: (summary) => said.push({ ...summary, at: now }),
    now: () => now,
    later: (ms, act) => planned.push({ at: now + ms, act }),
  });
  return {
    said,
    report,
    moveTo: (ms: number) => {
      const due = planned.filter(({ at }) => at <= ms);
      planned = planned.filter(({ at }) => at > ms);
      for (const { at, act } of due) {
        now = Math.max(now, at);
        act();
      }
      now = ms;
    },
  };
}
const taken = (number: string) => ({ number, from: 'free', to: 'held' }) as const;

test('a first change is told at once, the next ones together after 20 s', () => {
  const { said, report, moveTo } = clocked();
  report([taken('A1')], 9);
  moveTo(0);
  report([taken('A2')], 8);
  moveTo(5_000);
  report([taken('A3'), { number: 'A1', from: 'held', to: 'free' }], 8);
  moveTo(19_999);
  assert.equal(said.length, 1);
  moveTo(20_000);
  assert.deepEqual(said, [
    { taken: 1, freed: 0, left: 9, at: 0 },
    { taken: 2, freed: 1, left: 8, at: 20_000 },
  ]);
});

test('a seat that was taken and came back meanwhile is not told', () => {
  const { said, report, moveTo } = clocked();
  report([taken('A1')], 9);
  report([{ number: 'A1', from: 'held', to: 'free' }], 10);
  moveTo(60_000);
  assert.deepEqual(said, []);
});
