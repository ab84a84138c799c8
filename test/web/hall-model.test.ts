import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHallModel } from '../../web/hall/model.ts';
import { hallOf } from './halls.ts';

const open = () => {
  const model = createHallModel(hallOf('ssss'), 1);
  model.choose(['A1', 'A2']);
  return model;
};
const numbers = (seats: readonly { number: string }[]) => seats.map(({ number }) => number);

test('a chosen seat that another customer takes leaves the choice, and is lost', () => {
  const model = open();
  const { lost } = model.heard({ occupied: ['A1'], held: ['A1'] });
  assert.deepEqual([numbers(lost), numbers(model.chosen.value)], [['A1'], ['A2']]);
});

test('chosen seats that turn out to be held by the customer leave the choice, and are not lost', () => {
  const model = open();
  model.isHolding.value = true;
  model.heard({ occupied: ['A1', 'A2'], held: ['A1', 'A2'] });
  assert.deepEqual(numbers(model.chosen.value), ['A1', 'A2'], 'while nobody knows');
  model.ownHeld(['A1', 'A2']);
  model.isHolding.value = false;
  const { lost } = model.heard({ occupied: ['A1', 'A2'], held: ['A1', 'A2'] });
  assert.deepEqual([lost, model.chosen.value], [[], []]);
  assert.equal(model.lookOf('A1'), 'own');
});

test('own seats whose hold is over are free again, or the next customer’s', () => {
  const model = createHallModel(hallOf('ssss'), 1);
  model.ownHeld(['A1', 'A2']);
  assert.equal(model.lookOf('A1'), 'own', 'before the stream has told of them');
  model.heard({ occupied: ['A1', 'A2'], held: ['A1', 'A2'] });
  model.heard({ occupied: ['A2'], held: ['A2'] });
  assert.deepEqual([model.lookOf('A1'), model.lookOf('A2')], ['free', 'own']);
  model.heard({ occupied: ['A1', 'A2'], held: ['A1'] });
  assert.equal(model.lookOf('A1'), 'held');
});
