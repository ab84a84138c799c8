import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrder, kindsOf, readHall } from '../../web/hall/map.ts';
import { draw, hallOf } from './halls.ts';

const house = hallOf(
  ...Array.from({ length: 5 }, () => 'ssssssssss'),
  ...Array.from({ length: 5 }, () => 'DDDDDDDDDD'),
);

test('the cinema’s hall has ten rows of ten, an aisle in the middle, and its Deluxe rows apart', () => {
  assert.deepEqual(
    house.rows.map(({ label }) => label),
    Array.from('ABCDEFGHIJ'),
  );
  assert.deepEqual([...house.aislesAfter], [5]);
  assert.deepEqual(
    house.rows.filter(({ startsBlock }) => startsBlock).map(({ label }) => label),
    ['F'],
  );
  assert.deepEqual(kindsOf(house), [
    { type: 'Standard', paise: 20_075, count: 50 },
    { type: 'Deluxe', paise: 35_075, count: 50 },
  ]);
});

test('a column that no row has is an aisle, and there is no other', () => {
  assert.deepEqual([...hallOf('ss ssssss ss', 'ss ssssss ss').aislesAfter], [2, 9]);
});

test('a seat that one row lacks is a gap in that row alone', () => {
  const hall = hallOf('sssss', 's sss');
  assert.deepEqual([...hall.aislesAfter], []);
  assert.deepEqual(
    hall.rows[1]?.seats.map((seat) => seat?.number),
    ['B1', undefined, 'B3', 'B4', 'B5'],
  );
});

test('rows of different lengths share the columns of the longest', () => {
  const hall = hallOf('  ss', 'ssssss', 's');
  assert.deepEqual(hall.columns, [1, 2, 3, 4, 5, 6]);
  assert.ok(hall.rows.every(({ seats }) => seats.length === 6));
});

test('an empty map is a hall without rows', () => {
  assert.deepEqual(readHall({}).rows, []);
});

test('seats are listed in the order of the hall, the ninth before the tenth', () => {
  const numbers = inOrder(house, ['B1', 'A10', 'A9']).map(({ number }) => number);
  assert.deepEqual(numbers, ['A9', 'A10', 'B1']);
});

test('a price is read to the paisa', () => {
  const map = draw('s');
  const [seat] = map['A'] ?? [];
  assert.ok(seat);
  seat.price = '1150.15';
  assert.equal(readHall(map).seats.get('A1')?.paise, 115_015);
});
