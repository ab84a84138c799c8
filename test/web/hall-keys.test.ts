import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seatByKey } from '../../web/hall/keys.ts';
import { hallOf } from './halls.ts';

const hall = hallOf('ss ss', ' sss ', 'sssss', 'sssss', 'sssss', 'sssss', '    s');

for (const [from, key, ctrl, to] of [
  ['A1', 'ArrowRight', false, 'A2'],
  ['A2', 'ArrowRight', false, 'A4'],
  ['A5', 'ArrowRight', false, 'A5'],
  ['A4', 'ArrowLeft', false, 'A2'],
  ['A1', 'ArrowLeft', false, 'A1'],
  ['A1', 'ArrowDown', false, 'B2'],
  ['B3', 'ArrowUp', false, 'A2'],
  ['A1', 'ArrowUp', false, 'A1'],
  ['C3', 'Home', false, 'C1'],
  ['C3', 'End', false, 'C5'],
  ['C3', 'Home', true, 'A1'],
  ['C3', 'End', true, 'G5'],
  ['A1', 'PageDown', false, 'F1'],
  ['C1', 'PageDown', false, 'G5'],
  ['F1', 'PageUp', false, 'A1'],
] as const) {
  test(`${ctrl ? 'Ctrl+' : ''}${key} leads from ${from} to ${to}`, () => {
    assert.equal(seatByKey(hall, from, key, ctrl)?.number, to);
  });
}

test('any other key is left to the browser', () => {
  for (const key of ['Tab', 'a', 'Escape', 'F5']) assert.equal(seatByKey(hall, 'A1', key, false), undefined);
});
