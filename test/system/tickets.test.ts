// Needs poppler-utils and zbar-tools: the page as a printer draws it, and codes as an ordinary scanner reads them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { createPrintQueue } from '../../src/tickets/print-queue.ts';
import { ticketText, type Ticket } from '../../src/tickets/text.ts';
import { readCode } from '../support/codes.ts';
import { collectFaults } from '../support/faults.ts';
import { SAMPLES } from '../platform/typesetting/samples.ts';

const run = promisify(execFile);
const key = { id: 'k1', secret: 'a secret of a cinema' };
const usual: Ticket = {
  bookingId: 123,
  customer: 'Asha Rao',
  phone: '9876543210',
  movie: 'The Shawshank Redemption',
  date: '2030-04-27',
  time: '06:30 PM',
  seats: 'A9, A10, F9, F10',
  amount: '1188.80',
  paymentType: 'Card',
  status: 'Confirmed',
  isPaid: true,
  nonce: '0b5c6f0e-9d3a-4c51-8f0e-3a4c519d0b5c',
};
const longest: Ticket = {
  ...usual,
  bookingId: 987_654_321,
  customer: `${'Wolfeschlegelstein'.repeat(2)} ${'hausenbergerdorff'.repeat(2)}`.slice(0, 70),
  seats: 'A10, B10, C10, D10, E10, F10, G10, H10, I10, J10',
  amount: '31500.00',
};

const press = createPrintQueue(collectFaults().faults);
after(() => press.close());

async function print(t: TestContext, ticket: Ticket) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-ticket-'));
  t.after(() => rm(folder, { recursive: true }));
  const text = ticketText(ticket, key);
  const job = { ticket, text, bookedAt: new Date('2030-01-01T00:00:00Z') };
  const [pdf, png] = [join(folder, 'ticket.pdf'), join(folder, 'code.png')];
  await writeFile(pdf, Buffer.from(await press.print({ ...job, kind: 'pdf' }), 'base64'));
  await writeFile(png, Buffer.from(await press.print({ ...job, kind: 'qr' }), 'base64'));
  await run('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, join(folder, 'page')]);
  return { text, pdf, png, page: join(folder, 'page.png') };
}

const scan = async (picture: string) =>
  (await run('zbarimg', ['-q', '--nodbus', '--raw', picture])).stdout.trimEnd();
const wordsOf = async (pdf: string) => (await run('pdftotext', [pdf, '-'])).stdout.replaceAll(/\s+/g, ' ');

test('the code on the page and the code as a picture say the same to every decoder', async (t) => {
  const names = ['Asha Rao', 'Zoë Größe', 'Иван Петров', 'आशा लक्ष्मी श्रीवास्तव', 'அன்பு', '王小明'];
  for (const customer of names) {
    const { text, png, page } = await print(t, { ...usual, customer });
    assert.equal(await scan(png), text, customer);
    assert.equal(await scan(page), text, customer);
    assert.equal(await readCode(await readFile(png)), text, customer);
    assert.equal(await readCode(await readFile(page)), text, customer);
  }
  const { text, png, page } = await print(t, longest);
  assert.deepEqual([await scan(png), await scan(page)], [text, text]);
});

test('the page is one of A4, with embedded fonts and a rupee sign, and says what the code says', async (t) => {
  for (const ticket of [
    usual,
    longest,
    { ...usual, status: 'Pending', paymentType: 'None yet', isPaid: false },
  ]) {
    const { pdf } = await print(t, ticket);
    const { stdout: facts } = await run('pdfinfo', [pdf]);
    assert.match(facts, /^Pages: +1$/m);
    assert.match(facts, /^Page size: +595\.28 x 841\.89 pts \(A4\)$/m);
    const fonts = (await run('pdffonts', [pdf])).stdout.trim().split('\n').slice(2);
    assert.equal(fonts.length, 3);
    for (const font of fonts) assert.match(font, /Poppins-\w+ +CID TrueType +Identity-H +yes yes yes/);

    const words = await wordsOf(pdf);
    const { bookingId, customer, phone, movie, date, time, seats, amount, paymentType, status } = ticket;
    for (const fact of [
      `#${bookingId}`,
      customer,
      phone,
      movie,
      date,
      time,
      seats,
      `₹${amount}`,
      paymentType,
      status,
    ]) {
      assert.ok(words.includes(fact), `${fact} in ${words}`);
    }
    assert.equal(words.includes('NOT PAID'), !ticket.isPaid);
  }
});

/** What can be copied off a page, without the marks that say which way it reads. */
const copied = async (pdf: string) =>
  (await wordsOf(pdf)).replaceAll(/[\u202A-\u202E\u2066-\u2069]/gu, '').normalize();

test('names and titles of every script are on the page as they were typed', async (t) => {
  const fromLeft = Object.entries(SAMPLES).filter(([script]) => script !== 'Arabic' && script !== 'Hebrew');
  for (const [script, text] of fromLeft) {
    const [customer = ''] = text.split(/[:,]/);
    const { pdf, text: code, page } = await print(t, { ...usual, customer, movie: text });
    const words = await copied(pdf);
    for (const fact of [customer, text]) assert.ok(words.includes(fact.normalize()), `${script}: ${words}`);
    assert.ok(!words.includes('in full in the code'), script);
    assert.equal(await scan(page), code, script);
  }
  for (const customer of ['محمد عبد الله', 'שרה בן לוי']) {
    assert.ok((await copied((await print(t, { ...usual, customer })).pdf)).includes(customer), customer);
  }
});

test('what has no glyph leaves no gap and takes nothing along, and the page says where it is in full', async (t) => {
  const drawn = async (customer: string) => copied((await print(t, { ...usual, customer })).pdf);
  assert.ok((await drawn('Kahanaiʻa Kealoha')).includes('Kahanaiʻa Kealoha'));
  assert.ok((await drawn('Nguyễn Văn Đức')).includes('Nguyễn Văn Đức'));
  const words = await drawn('王小明 Asha Rao');
  assert.ok(
    words.includes('\uFFFD\uFFFD\uFFFD Asha Rao') && words.includes('Customer (in full in the code)'),
    words,
  );
});

test('on US Letter the code reads wherever the printer cuts the page, and at whatever size it fits it in', async (t) => {
  const { text, page } = await print(t, longest);
  const perPoint = 150 / 72;
  const [height, margin] = [792, 18].map((points) => Math.round(points * perPoint)) as [number, number];
  const { width, height: whole } = await sharp(page).metadata();
  for (const cutAbove of [0, (whole - height) / 2, whole - height]) {
    const top = Math.round(cutAbove) + margin;
    const seen = sharp(page).extract({
      left: margin,
      top,
      width: width - 2 * margin,
      height: height - 2 * margin,
    });
    const letter = join(dirname(page), 'letter.png');
    await seen
      .extend({ top: margin, bottom: margin, left: margin, right: margin, background: 'white' })
      .toFile(letter);
    assert.equal(await scan(letter), text, `cut ${cutAbove} above`);
    assert.equal(await readCode(await readFile(letter)), text);
  }
  const fitted = join(dirname(page), 'fitted.png');
  await sharp(page)
    .resize({ height: height - 2 * margin })
    .toFile(fitted);
  assert.equal(await scan(fitted), text);
});
