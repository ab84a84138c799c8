import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DECIMAL, Decimal, hasPaise, moneyOut, readMoney } from '../../src/platform/money.ts';

test('an amount is read digit by digit, beyond what a binary number holds', () => {
  for (const digits of [
    '0.1000000000000000055',
    '150.000000000000000000001',
    '99999999999999999999.99',
    '-0.01',
  ]) {
    assert.match(digits, DECIMAL);
    assert.equal(readMoney(digits).toFixed(), digits);
  }
  assert.equal(hasPaise(readMoney('5.000000000000000000001')), false);
  assert.equal(hasPaise(readMoney('5.10')), true);
  assert.equal(readMoney(20.1).plus(20.2).toFixed(), '40.3');
  assert.equal(readMoney(undefined).toFixed(), '0');
});

test('what is no plain number is refused', () => {
  for (const text of ['', ' 1', '1e3', '01', '+1', '1.', '.5', '0x10', 'NaN', 'Infinity', '9'.repeat(32)])
    assert.doesNotMatch(text, DECIMAL);
});

test('an amount goes out rounded half up by its decimal digits, not by its binary ones', () => {
  for (const [amount, out] of [
    ['1.005', 1.01],
    ['8.345', 8.35],
    ['150.1', 150.1],
    ['99999999.99', 99_999_999.99],
    ['-0.005', -0.01],
  ] as const) {
    assert.equal(moneyOut(amount), out);
    assert.equal(moneyOut(new Decimal(amount)), out);
  }
});
