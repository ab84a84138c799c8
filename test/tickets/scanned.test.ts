import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTicket, ticketText, type Ticket } from '../../src/tickets/text.ts';
import { key, ticket as paidTicket } from './ticket.ts';

const ticket: Ticket = { ...paidTicket, customer: 'Zoë O’Brien', movie: 'Monsoon ’99 \\ आशा' };
const text = ticketText(ticket, key);
const isGood = (scanned: string) => readTicket(scanned, [key]).isGood;

const before = [
  ']Q1',
  ']Q2',
  ']q1',
  ']C0',
  ']d2',
  '\\000026',
  '\\000003',
  '\uFEFF',
  ' ',
  '\t',
  '\u00A0',
  '\r\n',
];
const after = [' ', '\t', '\n', '\r', '\r\n', '\0', '\0\0\0', '\u2003', '\u2028', '\x03', '\x04', '\uFEFF'];
const lineEnds = ['\n', '\r\n', '\r'];

test('what scanners put before and after a ticket leaves it good', () => {
  for (const prefix of before) assert.equal(isGood(prefix + text), true, JSON.stringify(prefix));
  for (const suffix of after) assert.equal(isGood(text + suffix), true, JSON.stringify(suffix));
  for (const end of lineEnds) assert.equal(isGood(text.replaceAll('\n', end)), true, JSON.stringify(end));
  assert.equal(isGood(`\uFEFF ]Q2\\000026${text.replaceAll('\n', '\r')}\r\0 \0`), true);
});

test('so they do together, in any order', () => {
  const some = (pieces: string[]) => fc.array(fc.constantFrom(...pieces), { maxLength: 6 });
  fc.assert(
    fc.property(some(before), some(after), fc.constantFrom(...lineEnds), (prefixes, suffixes, end) => {
      const scanned = prefixes.join('') + text.replaceAll('\n', end) + suffixes.join('');
      return isGood(scanned);
    }),
  );
});

test('a scanner that announces encodings doubles each backslash of the text', () => {
  assert.equal(isGood(`]Q2\\000026${text.replaceAll('\\', '\\\\')}`), true);
  assert.equal(isGood(text.replaceAll('\\', '\\\\')), false, 'without the escape nothing is doubled');
});

test('UTF-8 that was taken for Latin-1, or for Windows-1252, is read as it was meant, also after its mark', () => {
  for (const encoding of ['latin1', 'windows-1252']) {
    for (const printed of [text, ticketText({ ...ticket, customer: 'Иван Ўзбеков', movie: 'தமிழ்' }, key)]) {
      const bytes = Buffer.from(`\uFEFF${printed}\r\n`);
      const scanned =
        encoding === 'latin1' ? bytes.toString('latin1') : new TextDecoder(encoding).decode(bytes);
      assert.equal(isGood(scanned), true, scanned);
    }
  }
});

test('an altered ticket stays forged whatever is put around it', () => {
  const altered = fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom('', '~', ' ', '\0', '\n', '\uFEFF', 'é', '\\', ']Q1'))
    .map(([place, letter]) => text.slice(0, place) + letter + text.slice(place + 1))
    // White space for the line's end of a line is a line's end again.
    .filter((other) => other !== text);
  fc.assert(
    fc.property(
      altered,
      fc.constantFrom('', ...before),
      fc.constantFrom('', ...after),
      (forged, prefix, suffix) => !isGood(prefix + forged + suffix),
    ),
    { numRuns: 2_000 },
  );
});

test('the number of a forged ticket is read under what is put around it', () => {
  const forged = text.replace('Seats: A9', 'Seats: B9');
  for (const prefix of before) {
    const { bookingId } = readTicket(`${prefix}${forged}\0`, [key]);
    assert.equal(bookingId, 123, JSON.stringify(prefix));
  }
});
