import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { drawPage } from '../../src/tickets/page.ts';
import { codePicture, encode, type Code } from '../../src/tickets/qr-code.ts';
import type { Ticket } from '../../src/tickets/text.ts';
import { readContent } from '../support/pdf.ts';
import { ticket as paidTicket } from './ticket.ts';

const ticket: Ticket = { ...paidTicket, nonce: null };
const TEXT = 'SKYFOX BOOKING #123';
const code = encode(TEXT);
const print = (printed: Ticket) => drawPage(printed, { code, bookedAt: new Date('2030-01-01T00:00:00Z') });
const COLOURS: Record<string, string> = {
  '#e04b00': 'orange',
  '#1f1a17': 'ink',
  '#6f6762': 'grey',
  '#e3dcd7': 'line',
  '#b3121d': 'alarm',
  '#ffffff': 'white',
  '#000000': 'black',
};
const colourOf = (operands: string) => {
  const hex = operands.split(' ').map((part) =>
    Math.round(Number(part) * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return COLOURS[`#${hex.join('')}`] ?? `#${hex.join('')}`;
};

/** What a page paints in its order: colour, what, and where, in points from its upper left corner. */
function painted(content: string): string[] {
  const seen: string[] = [];
  let fill = 'black';
  let stroke = 'black';
  let path: string[] = [];
  let curves = 0;
  let text = '';
  for (const line of content.split('\n')) {
    const [, operands = '', operator = ''] = /^(.*?) ?(\S+)$/.exec(line) ?? [];
    const numbers = operands.split(' ').map((part) => Number(Number(part).toFixed(1)));
    if (operator === 'scn') fill = colourOf(operands);
    else if (operator === 'SCN') stroke = colourOf(operands);
    else if (operator === 're') path.push(numbers.join(' '));
    else if (operator === 'm') path.push(`from ${numbers.join(' ')}`);
    else if (operator === 'l') path.push(`to ${numbers.join(' ')}`);
    else if (operator === 'c') curves += 1;
    else if (operator === 'd') seen.push(`dash ${operands}`);
    else if (operator === 'w') seen.push(`line ${operands}`);
    else if (operator === 'Tm') text = `${numbers[4]} ${Number((841.89 - (numbers[5] ?? 0)).toFixed(1))}`;
    else if (operator === 'Tf') seen.push(`${fill} ${operands.split(' ')[1]} points at ${text}`);
    else if (/^[fSW]$/.test(operator) || line === 'W n') {
      const shape = `${path.join(', ')}${curves > 0 ? `, ${curves} curves` : ''}`;
      if (path.length < 20)
        seen.push(
          `${operator === 'f' ? `${fill} fill` : operator === 'S' ? `${stroke} stroke` : 'clip'} ${shape}`,
        );
      path = [];
      curves = 0;
    }
  }
  return seen;
}

const CARD = 'from 52 36, to 543.3 36, to 559.3 766, to 52 782, to 36 52, 4 curves';
const FRAME = [
  'line 1',
  `line stroke ${CARD}`,
  'white fill 35 509 2 22',
  'clip 35.5 36 524.3 782',
  'line stroke from 25 520, 4 curves',
  'white fill 558.3 509 2 22',
  'clip 35.5 36 524.3 782',
  'line stroke from 548.3 520, 4 curves',
  'dash [4 4] 0',
  'line stroke from 58 520, to 537.3 520',
  'clip from 52 36, to 543.3 36, to 559.3 148, to 52 164, to 36 52, 4 curves',
];

// The band with the name, the number, and what they are; each fact above its label; what is said beside the code.
const FACTS = [
  'orange fill 35.5 35.5 524.3 112',
  'white 34 points at 64 103.7',
  'white 30 points at 457.6 103.5',
  'white 14 points at 64 128.7',
  'white 14 points at 473.6 128.7',
  'ink 26 points at 64 209.3',
  'grey 10 points at 64 176.5',
  'ink 16 points at 64 304.8',
  'grey 10 points at 64 282.5',
  'ink 16 points at 219.8 304.8',
  'grey 10 points at 219.8 282.5',
  'ink 16 points at 375.5 304.8',
  'grey 10 points at 375.5 282.5',
  'orange 22 points at 64 367.1',
  'grey 10 points at 64 338.5',
  'ink 16 points at 64 424.8',
  'grey 10 points at 64 402.5',
  'ink 16 points at 375.5 424.8',
  'grey 10 points at 375.5 402.5',
  'ink 16 points at 64 490.8',
  'grey 10 points at 64 468.5',
  'ink 16 points at 219.8 490.8',
  'grey 10 points at 219.8 468.5',
  'ink 15 points at 310 595.8',
  'grey 11 points at 310 622.1',
  'grey 11 points at 310 639.6',
  'grey 11 points at 310 657.1',
  'grey 11 points at 310 674.6',
];

test('a ticket is a card with a line to tear along, a band on top, and each fact in its place', async () => {
  const page = painted(readContent(await print(ticket)));
  assert.deepEqual(page.slice(0, FRAME.length), FRAME);
  assert.deepEqual(page.slice(FRAME.length), FACTS);
});

test('an unpaid ticket is grey, and says so in alarm', async () => {
  const paid = painted(readContent(await print(ticket)));
  const unpaid = painted(
    readContent(await print({ ...ticket, isPaid: false, status: 'Pending (not paid)' })),
  );
  const changed = unpaid.filter((item) => !paid.includes(item));
  assert.deepEqual(changed, [
    'grey fill 35.5 35.5 524.3 112',
    'alarm 16 points at 375.5 304.8',
    'alarm 30 points at 310 611.5',
    'grey 11 points at 310 644.6',
    'grey 11 points at 310 662.1',
    'grey 11 points at 310 679.6',
  ]);
});

/** Whether a square of a code is dark, and of what is around it. */
const isBlack = ({ size, isDark }: Code, row: number, column: number) =>
  row >= 0 && column >= 0 && row < size && column < size && isDark(row, column);

test('the code on the page is the code, square by square', async () => {
  const content = readContent(await print(ticket));
  const side = 214 / code.size;
  const dark = new Set<string>();
  for (const [, ...numbers] of content.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)) {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    if (height > side + 0.01) continue;
    assert.ok(width > 0);
    const first = Math.round((x - 64) / side);
    for (let at = 0; at < Math.round(width / side); at += 1)
      dark.add(`${Math.round((y - 544) / side)} ${first + at}`);
  }
  for (let row = -1; row <= code.size; row += 1)
    for (let column = -1; column <= code.size; column += 1)
      assert.equal(dark.has(`${row} ${column}`), isBlack(code, row, column), `${row} ${column}`);
});

test('the picture of a code has six pixels a square and four squares of white around it', async () => {
  const { data, info } = await sharp(await codePicture(TEXT))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const width = (code.size + 8) * 6;
  assert.deepEqual([info.width, info.height], [width, width]);
  for (let y = 0; y < width; y += 1)
    for (let x = 0; x < width; x += 1) {
      const shown = data[y * width + x] === 0;
      assert.equal(shown, isBlack(code, Math.floor(y / 6) - 4, Math.floor(x / 6) - 4), `${x} ${y}`);
    }
});

test('the document is called as its ticket, in the words of a reader’s window', async () => {
  const pdf = (await print(ticket)).toString('latin1');
  for (const words of ['/DisplayDocTitle true', '(SkyFox ticket #123)', '(en)', '(D:20300101000000Z)'])
    assert.ok(pdf.includes(words), words);
});
