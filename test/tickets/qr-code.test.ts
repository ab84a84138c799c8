import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCode, encode } from '../../src/tickets/qr-code.ts';
import { readTicket, ticketText, type Ticket } from '../../src/tickets/text.ts';
import { announcesEncoding, readCode } from '../support/codes.ts';

const key = { id: 'k1', secret: 'a secret of a cinema' };
const ticket: Ticket = {
  bookingId: 123,
  customer: 'Asha Rao',
  phone: '9876543210',
  movie: 'Monsoon',
  date: '2030-04-27',
  time: '06:30 PM',
  seats: 'A9, A10',
  amount: '417.94',
  paymentType: 'Card',
  status: 'Confirmed',
  isPaid: true,
  nonce: '0b5c6f0e-9d3a-4c51-8f0e-3a4c519d0b5c',
};
const names = [
  'Asha Rao',
  'Zoë',
  'José Größe',
  'ñ',
  'O’Brien',
  'Kahanaiʻa',
  'Ελένη',
  'Иван Петров',
  'आशा लक्ष्मी',
  'அன்பு',
  'ಕನ್ನಡ',
  'বাংলা',
  'محمد',
  '王小明',
  '😀',
];

test('no code of a ticket needs to announce an encoding, whatever is written on it', async () => {
  for (const name of names) {
    for (const written of [
      { customer: name },
      { movie: name },
      { customer: name, movie: name, isPaid: false },
    ]) {
      const text = ticketText({ ...ticket, ...written }, key);
      const png = drawCode(encode(text));
      assert.equal(await readCode(png), text);
      assert.equal(await announcesEncoding(png), false, name);
      assert.equal(readTicket(text, [key]).isGood, written.isPaid !== false);
    }
  }
});

test('text that could be taken for another encoding is announced, where nothing else tells', async () => {
  for (const [name, isAnnounced] of [
    ['Zoë', true],
    ['O’Brien', true],
    ['ಕನ್ನಡ', true],
    ['Asha Rao', false],
    ['आशा लक्ष्मी', false],
    ['Иван Петров', false],
  ] as const) {
    const text = ticketText({ ...ticket, customer: name, nonce: null }, key);
    const png = drawCode(encode(text));
    assert.equal(await readCode(png), text);
    assert.equal(await announcesEncoding(png), isAnnounced, name);
  }
});
