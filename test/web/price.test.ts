import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPrice } from '../../web/desk/programme/price.ts';

test('a price is at most 3,000 rupees, and a comma in it groups and is no point', () => {
  for (const [typed, paise] of [
    ['250', 25_000],
    ['₹ 1,500.50', 150_050],
    ['3,000', 300_000],
    ['0.01', 1],
  ] as const) {
    assert.equal(readPrice(typed), paise, typed);
  }
  for (const typed of ['25,50', '3,000.01', '0', '-1', '1,5,00', '2.505', '', 'x']) {
    assert.equal(readPrice(typed), undefined, typed);
  }
});
