import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { oneLine, readTicket, ticketText, type Ticket } from '../../src/tickets/text.ts';
import { key, ticket as paidTicket } from './ticket.ts';

const ticket: Ticket = { ...paidTicket, movie: 'Monsoon & Zoë' };
const text = ticketText(ticket, key);

test('a ticket names one fact a line, between its number and its signature', () => {
  const lines = text.split('\n');
  assert.deepEqual(lines.slice(0, -1), [
    'SKYFOX BOOKING #123',
    'Customer: Asha Rao',
    'Phone: 9876543210',
    'Movie: Monsoon & Zoë',
    'Date: 2030-04-27',
    'Time: 06:30 PM',
    'Seats: A9, A10',
    'Amount: INR 417.94',
    'Payment Type: Card',
    'Ticket: C1xvDp06TFGPDjpMUZ0LXA –',
    'Status: Confirmed',
  ]);
  assert.match(lines.at(-1) ?? '', /^Signature: k1\.[A-Za-z0-9_-]{43}$/);
});

test('the ticket of the tour has the lines of a ticket', () => {
  const [shown = ''] = /^SKYFOX BOOKING #[^`]*/m.exec(readFileSync('docs/tour.md', 'utf8')) ?? [];
  const namesOf = (some: string) => some.split('\n').map((line) => line.split(/:| #/, 1)[0]);
  assert.deepEqual(namesOf(shown.trim()), namesOf(text));
});

test('a ticket is good as it stands, and names its booking and the nonce of that booking', () => {
  assert.deepEqual(readTicket(text, [key]), { isGood: true, bookingId: 123, nonce: ticket.nonce });
});

test('a ticket of a booking that has no nonce has the ten lines of before, and is good without one', () => {
  const old = ticketText({ ...ticket, nonce: null }, key);
  assert.equal(old.split('\n').length, 11);
  assert.deepEqual(readTicket(old, [key]), { isGood: true, bookingId: 123, nonce: null });
});

test('the nonce is signed: a ticket whose nonce is changed, left out or taken from another is forged', () => {
  const old = ticketText({ ...ticket, nonce: null }, key);
  const other = ticketText({ ...ticket, nonce: '00000000-0000-4000-8000-000000000000' }, key);
  const line = /\nTicket: .*/;
  const [ours = '', theirs = ''] = [line.exec(text)?.[0], line.exec(other)?.[0]];
  for (const forged of [
    text.replace(line, ''),
    text.replace(line, theirs),
    other.replace(line, ours),
    old.replace('\nStatus', `${ours}\nStatus`),
  ]) {
    assert.deepEqual(readTicket(forged, [key]), { isGood: false, bookingId: 123, reason: 'forged' });
  }
});

test('a ticket with any letter changed, added or left out is not good', () => {
  for (let place = 0; place < text.length; place++) {
    const [before, letter, after] = [text.slice(0, place), text[place], text.slice(place + 1)];
    for (const altered of [before + after, `${before}${letter}${letter}${after}`, `${before}~${after}`]) {
      if (altered !== text) assert.equal(readTicket(altered, [key]).isGood, false, JSON.stringify(altered));
    }
  }
});

test('the last letter of a signature has one good spelling, although several stand for the same bytes', () => {
  const good = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').filter(
    (letter) => readTicket(text.slice(0, -1) + letter, [key]).isGood,
  );
  assert.deepEqual(good, [text.at(-1)]);
});

test('a ticket without a signature, of another key, or of another ticket is not good', () => {
  const unsigned = text.split('\n').slice(0, -1).join('\n');
  const other = ticketText({ ...ticket, bookingId: 124 }, key);
  const swapped = `${unsigned}\n${other.split('\n').at(-1)}`;
  const stranger = ticketText(ticket, { id: 'k1', secret: 'a secret of another cinema' });
  for (const forged of [unsigned, swapped, stranger, ticketText(ticket, { ...key, id: 'k9' })]) {
    assert.deepEqual(readTicket(forged, [key]), { bookingId: 123, isGood: false, reason: 'forged' });
  }
});

test('text that is no ticket at all is not good and has no number', () => {
  const nonsense = [
    '',
    'x',
    '\n\n',
    'SKYFOX BOOKING #',
    'SKYFOX BOOKING #1e3\nSignature: k1.',
    '\0\ud800',
    text.repeat(99),
  ];
  for (const scanned of nonsense) {
    assert.deepEqual(
      readTicket(scanned, [key]),
      { bookingId: undefined, isGood: false, reason: 'forged' },
      scanned,
    );
  }
});

test('a ticket printed before it was paid is signed but not good', () => {
  const unpaid = ticketText({ ...ticket, status: 'Pending', isPaid: false }, key);
  assert.match(unpaid, /^Status: Pending - NOT PAID$/m);
  assert.deepEqual(readTicket(unpaid, [key]), { bookingId: 123, isGood: false, reason: 'not_paid' });
});

test('every key verifies, also where two have one name', () => {
  const keys = [{ id: 'k2', secret: 'a newer one' }, { id: 'k1', secret: 'a namesake' }, key];
  assert.equal(readTicket(text, keys).isGood, true);
});

test("a neighbour's text can add no line and hide none", () => {
  assert.equal(oneLine(' A\r\nStatus:\tConfirmed\u2028\u202Eb\0 '), 'A Status: Confirmed b');
  assert.equal(oneLine('दिल\u200D'), 'दिल\u200D', 'joiners belong to their script');
  assert.equal(Array.from(oneLine('𝕏'.repeat(500))).length, 120);
  assert.equal(Array.from(oneLine('a\u0301\u0302'.repeat(2_000))).length, 120);
  assert.equal(oneLine('\ud800').isWellFormed(), true);
});

test('a long text is cut between letters, not inside one', () => {
  const letters = (line: string) =>
    Array.from(new Intl.Segmenter('hi').segment(line), ({ segment }) => segment);
  const whole = new Set(letters('नमस्ते दुनिया'));
  for (let shift = 0; shift < 4; shift++) {
    const line = oneLine('a'.repeat(shift) + 'नमस्ते दुनिया'.repeat(400));
    assert.ok(line.endsWith('...') && Array.from(line).length <= 120, line);
    const cut = letters(line.slice(shift, -3)).filter((letter) => !whole.has(letter));
    assert.deepEqual(cut, [], line);
  }
  assert.equal(
    Array.from(oneLine(`a${'\u0301'.repeat(5_000)}`)).length,
    120,
    'marks without end on one letter',
  );
});
