import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPage } from '../../src/tickets/page.ts';
import { encode } from '../../src/tickets/qr-code.ts';
import { oneLine, ticketText, type Ticket } from '../../src/tickets/text.ts';
import { baselines, findCode, readContent } from '../support/pdf.ts';
import { ticket } from './ticket.ts';

const A4_HEIGHT = 841.89;
const LETTER_HEIGHT = 792;
// What printers leave white, a quarter of an inch.
const MARGIN = 18;
const TEN_SEATS = 'A10, B10, C10, D10, E10, F10, G10, H10, I10, J10';
const pages: Ticket[] = [
  ticket,
  { ...ticket, nonce: null, customer: 'A B', movie: 'X', seats: 'A1' },
  { ...ticket, customer: 'நௌஷாத் கௌரி', movie: oneLine('பொன்னியின் செல்வன் '.repeat(300)), seats: TEN_SEATS },
  { ...ticket, customer: 'محمد عبد الله', movie: oneLine('كتاب عن الحب '.repeat(300)), isPaid: false },
  { ...ticket, customer: 'M'.repeat(70), movie: oneLine('W'.repeat(5_000)), bookingId: 987_654_321 },
  { ...ticket, customer: `a${'\u0301'.repeat(69)}`, movie: oneLine('王'.repeat(5_000)) },
];

async function print(printed: Ticket) {
  const code = encode(ticketText(printed, { id: 'k1', secret: 'a secret of a cinema' }));
  const pdf = await drawPage(printed, { code, bookedAt: new Date('2030-01-01T00:00:00Z') });
  return { pdf, content: readContent(pdf), squares: code.size };
}

test('on US Letter, wherever the page is cut, the code is whole with the white around it, and so is all text', async () => {
  const cut = A4_HEIGHT - LETTER_HEIGHT;
  const [top, bottom] = [cut + MARGIN, A4_HEIGHT - cut - MARGIN];
  for (const printed of pages) {
    const { content, squares } = await print(printed);
    const code = findCode(content);
    const quiet = (4 * (code.bottom - code.top)) / squares;
    assert.ok(code.right - code.left > 200, 'it is as large as it was');
    assert.ok(code.top - quiet > top && code.bottom + quiet <= bottom + 1, JSON.stringify(code));
    assert.ok(code.left - quiet > MARGIN && code.right + quiet < 595 - MARGIN);
    const lines = baselines(content, A4_HEIGHT);
    assert.ok(Math.min(...lines) > top + 20 && Math.max(...lines) < bottom, lines.join(' '));
  }
});

test('text keeps off the code and off other text, however long it is and in whatever script', async () => {
  for (const printed of pages) {
    const { content } = await print(printed);
    const { top } = findCode(content);
    const above = baselines(content, A4_HEIGHT).filter((line) => line < top);
    assert.ok(Math.max(...above) < top - 36, 'it ends above the line to tear along');
    // The movie, up to the row of dates; the customer, up to that of amounts.
    assert.ok(above.every((line) => line < 262 || line > 278));
    assert.ok(above.every((line) => line < 458 || line > 464));
  }
});

test('the same ticket gives the same bytes in every script', async () => {
  for (const printed of pages) {
    const [first, second] = [await print(printed), await print(printed)];
    assert.ok(first.pdf.equals(second.pdf));
  }
});
