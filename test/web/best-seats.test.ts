import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestTogether, mostTogether } from '../../web/hall/best-seats.ts';
import { hallOf } from './halls.ts';

const house = hallOf(
  ...Array.from({ length: 5 }, () => 'ssssssssss'),
  ...Array.from({ length: 5 }, () => 'DDDDDDDDDD'),
);
const allBut = (...taken: string[]) => ({ isFree: (number: string) => !taken.includes(number) });
const numbers = (seats: { number: string }[] | undefined) => seats?.map(({ number }) => number);

test('two seats in an empty hall are beside the aisle, two thirds back, and leave nobody alone', () => {
  assert.deepEqual(numbers(bestTogether(house, { count: 2, ...allBut() })), ['G4', 'G5']);
});

test('they are of one row and beside each other, whatever is taken', () => {
  for (let round = 0; round < 200; round++) {
    const taken = [...house.seats.keys()].filter(() => Math.random() < 0.6);
    const count = 1 + Math.floor(Math.random() * 6);
    const found = bestTogether(house, { count, ...allBut(...taken) });
    if (!found) continue;
    assert.equal(found.length, count);
    assert.equal(new Set(found.map(({ row }) => row)).size, 1);
    assert.ok(found.every(({ column }, at) => column === (found[0]?.column ?? 0) + at));
    assert.ok(found.every(({ number }) => !taken.includes(number)));
  }
});

test('six are across the aisle, as no side of it has room for them', () => {
  assert.equal(bestTogether(house, { count: 6, ...allBut() })?.length, 6);
});

test('a kind of seat can be asked for', () => {
  const found = bestTogether(house, { count: 3, type: 'Standard', ...allBut() });
  assert.deepEqual(
    numbers(found)?.map((number) => number[0]),
    ['E', 'E', 'E'],
  );
});

test('where so many are not together, it is known how many are', () => {
  const hall = hallOf('sssss', 'sssss');
  const wish = { count: 5, ...allBut('A3', 'B2') };
  assert.equal(bestTogether(hall, wish), undefined);
  assert.equal(mostTogether(hall, wish), 3);
  assert.equal(mostTogether(hall, { count: 5, isFree: () => false }), 0);
});
