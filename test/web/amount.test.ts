import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAmount, readMoney } from '../../web/checkout/amount.ts';

test('commas group thousands and lakhs; a comma before other than three digits is never guessed at', () => {
  const sums = { '500': 500_00, '₹ 1,000.5': 1_000_50, '1,00,000': 100_000_00, '999,999.99': 999_999_99 };
  for (const [typed, paise] of Object.entries(sums)) assert.equal(readMoney(typed), paise, typed);
  const none = [
    '50,25',
    '500,50',
    '1,2',
    '1,00',
    ',500',
    '500,',
    '1000,000',
    '1,000,000',
    '10,,000',
    '1,000,5',
  ];
  for (const typed of none) assert.equal(readMoney(typed), undefined, typed);
});

test('a top-up is more than nothing and at most 10,000 rupees', () => {
  assert.equal(readAmount('10,000'), 10_000_00);
  for (const typed of ['', '0', '10,000.01', '50,25']) assert.equal(readAmount(typed), undefined, typed);
});
