import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codePicture } from '../../src/tickets/qr-code.ts';
import { readTicket, ticketText } from '../../src/tickets/text.ts';
import { announcesEncoding, readCode } from '../support/codes.ts';
import { key, ticket } from './ticket.ts';

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
      const png = await codePicture(text);
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
    const png = await codePicture(text);
    assert.equal(await readCode(png), text);
    assert.equal(await announcesEncoding(png), isAnnounced, name);
  }
});
