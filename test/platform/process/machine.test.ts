import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aloneOnMachine,
  answerFrom,
  answering,
  type Question,
} from '../../../src/platform/process/machine.ts';

const DOUBLE: Question<number, number> = {
  name: 'double',
  isInput: (asked) => typeof asked === 'number',
  isAnswer: (answer) => typeof answer === 'number',
};

test('a question gets its answer, and the answerer knows which process asked', async () => {
  const askers: number[] = [];
  const answerers = [
    answering(DOUBLE, (asked, asker) => {
      askers.push(asker);
      return asked * 2;
    }),
  ];
  assert.equal(await aloneOnMachine(answerers).ask(DOUBLE, 21), 42);
  assert.equal(await answerFrom(answerers)('double', 4, 7), 8);
  assert.deepEqual(askers, [0, 7]);
});

test('what is not asked as the question wants never reaches its answerer', async () => {
  const answer = answerFrom([answering(DOUBLE, () => assert.fail('it was answered'))]);
  for (const asked of [undefined, null, '21', {}]) await assert.rejects(answer('double', asked, 1));
});

test('a question that nobody answers, and an answer of another kind, are errors', async () => {
  await assert.rejects(aloneOnMachine([]).ask(DOUBLE, 21), /nobody here answers "double"/);
  const wrong = { name: 'double', answer: async () => 'many' };
  await assert.rejects(aloneOnMachine([wrong]).ask(DOUBLE, 21), /no answer to "double"/);
  for (const name of ['constructor', '__proto__']) {
    await assert.rejects(answerFrom([wrong])(name, null, 1), /nobody here answers/);
  }
});
