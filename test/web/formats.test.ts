import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as formats from '../../web/text/formats.ts';

test('money is exact to the paisa, grouped as in India, without empty decimals', () => {
  assert.equal(formats.money(formats.toPaise('320.75')), '₹320.75');
  assert.equal(formats.money(formats.toPaise(1.15)), '₹1.15');
  assert.equal(formats.money(formats.toPaise(150.14999999999998)), '₹150.15');
  assert.equal(formats.money(12_345_678_00), '₹1,23,45,678');
  assert.equal(formats.money(-5_050), '-₹50.50');
});

test('a slot’s time is the cinema’s, whatever the reader’s time zone', () => {
  assert.equal(formats.slotTime('16:30:00.000000'), '4:30\u00A0pm');
  assert.equal(formats.slotTime('00:05:00.000000'), '12:05\u00A0am');
});

test('days are named as they stand, across months and summer times', () => {
  assert.equal(formats.longDay('2026-03-29'), 'Sunday, 29 March');
  assert.equal(formats.mediumDay('2026-03-29T00:00:00Z'), 'Sun, 29 Mar');
  assert.equal(formats.addDays('2026-02-27', 3), '2026-03-02');
});

test('a date of an address is checked before it is used', () => {
  assert.ok(formats.isDay('2026-02-28'));
  for (const text of [undefined, '', '2026-2-3', '2026-13-01', '<b>', '2026-04-27T00:00:00Z']) {
    assert.equal(formats.isDay(text), false, String(text));
  }
});

test('a running time is read as the API writes it', () => {
  assert.deepEqual(['1h53m0s', '2h0m0s', '45m0s', '', 'N/A'].map(formats.duration), [
    '1 h 53 min',
    '2 h',
    '45 min',
    '',
    '',
  ]);
});

test('plurals take the number with them', () => {
  assert.equal(formats.plural(1, '# seat', '# seats'), '1 seat');
  assert.equal(formats.plural(0, '# seat', '# seats'), '0 seats');
});

test('what is left of a hold is shown in minutes and begun seconds', () => {
  assert.deepEqual([300_000, 245_000, 59_001, 1, 0].map(formats.minutesAndSeconds), [
    '5:00',
    '4:05',
    '1:00',
    '0:01',
    '0:00',
  ]);
});
