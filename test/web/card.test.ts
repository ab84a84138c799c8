import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardToSend, faultsOf, fieldOf, isNumber, readExpiry } from '../../web/checkout/card.ts';
import { goodCards } from '../../src/payments/simulated-cards.ts';

const good = { number: '4242 4242 4242 4242', expiry: '12/39', cvv: '123', holder: 'Asha Rao' };
const today = new Date('2026-06-30T23:59:00Z');

test('the numbers that payment companies publish pass, spaced or not; a slip of one digit does not', () => {
  for (const number of goodCards) assert.ok(isNumber(number), number);
  assert.ok(isNumber('4242-4242 42424242'));
  for (const number of ['4242424242424241', '424242424242424', '42424242424242422', 'abcd']) {
    assert.equal(isNumber(number), false, number);
  }
});

for (const [typed, month, year] of [
  ['12/39', '12', '39'],
  ['1/39', '01', '39'],
  ['01 / 2039', '01', '39'],
  ['0139', '01', '39'],
  [' 012039 ', '01', '39'],
] as const) {
  test(`the expiry ${typed} is read`, () => assert.deepEqual(readExpiry(typed), { month, year }));
}

test('what is no month is no expiry', () => {
  for (const typed of ['13/39', '00/39', '12', '12/3', '12/39x', ''])
    assert.equal(readExpiry(typed), undefined);
});

test('each faulty field is named, and a good card has none', () => {
  assert.deepEqual(faultsOf(good, today), {});
  assert.deepEqual(faultsOf({ number: '', expiry: ' ', cvv: '', holder: '' }, today), {
    number: 'required',
    expiry: 'required',
    cvv: 'required',
    holder: 'required',
  });
  assert.deepEqual(faultsOf({ number: '1', expiry: '13/39', cvv: '12', holder: 'A' }, today), {
    number: 'number',
    expiry: 'expiry',
    cvv: 'cvv',
  });
});

test('a card is past when its month is over everywhere', () => {
  assert.deepEqual(faultsOf({ ...good, expiry: '06/26' }, today), {});
  assert.deepEqual(faultsOf({ ...good, expiry: '06/26' }, new Date('2026-07-01T12:00:00Z')), {});
  assert.deepEqual(faultsOf({ ...good, expiry: '06/26' }, new Date('2026-07-02T12:00:00Z')), {
    expiry: 'past',
  });
});

test('the request carries digits alone, and its fields lead back to those of the form', () => {
  const sent = cardToSend(good);
  assert.deepEqual(sent, {
    card_number: '4242424242424242',
    cvv: '123',
    expiry_month: '12',
    expiry_year: '39',
    cardholder_name: 'Asha Rao',
  });
  for (const path of Object.keys(sent)) assert.ok(fieldOf(path), path);
  assert.equal(fieldOf('booking_id'), undefined);
});
