import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calendarFile } from '../../web/parts/calendar-file.ts';

const entry = {
  id: 7,
  title: 'Seven Samurai',
  place: 'SkyFox cinema',
  date: '2026-12-31',
  start: '20:30:00.000000',
  end: '23:30:00.000000',
};

test('a ticket’s entry has the cinema’s own time, in no zone', () => {
  const file = calendarFile(entry);
  assert.match(file, /^BEGIN:VCALENDAR\r\n/);
  assert.match(file, /\r\nDTSTART:20261231T203000\r\nDTEND:20261231T233000\r\n/);
});

test('a show that ends after midnight ends on the next day, also on New Year’s Eve', () => {
  assert.match(calendarFile({ ...entry, end: '00:15:00.000000' }), /DTEND:20270101T001500\r\n/);
});

test('a title cannot add a line or a field of its own', () => {
  const file = calendarFile({ ...entry, title: 'A, B; C\\\r\nATTENDEE:mailto:x@example.com' });
  assert.match(file, /SUMMARY:A\\, B\\; C\\\\\\nATTENDEE/);
  assert.doesNotMatch(file, /^ATTENDEE/m);
});

test('long titles are folded between characters, in lines of at most 75 bytes', () => {
  const file = calendarFile({ ...entry, title: 'ध'.repeat(80) });
  for (const line of file.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  assert.match(file.replaceAll('\r\n ', ''), new RegExp(`SUMMARY:${'ध'.repeat(80)}\r\n`));
});
