import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { legible, type Font } from './legible.ts';
import type { Code } from './qr-code.ts';
import type { Ticket } from './text.ts';

const ORANGE = '#E04B00';
const INK = '#1F1A17';
const GREY = '#6F6762';
const LINE = '#E3DCD7';
const ALARM = '#B3121D';

// Points of an A4 page, 595 x 842.
const PAGE = 595.28;
const EDGE = 36;
const LEFT = 64;
const INNER = PAGE - 2 * LEFT;
const BAND = 128;
const TEAR = 540;
const BOTTOM = 806;
const CODE_SIZE = 214;

const font = (file: string) =>
  readFileSync(new URL(import.meta.resolve(`@expo-google-fonts/poppins/${file}`)));
const FONTS = {
  regular: font('400Regular/Poppins_400Regular.ttf'),
  semiBold: font('600SemiBold/Poppins_600SemiBold.ttf'),
  bold: font('700Bold/Poppins_700Bold.ttf'),
};
type Doc = PDFKit.PDFDocument;

/** The ticket on one A4 page; the same ticket gives the same bytes. */
export async function drawPage(ticket: Ticket, { code, bookedAt }: { code: Code; bookedAt: Date }) {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: `SkyFox ticket #${ticket.bookingId}`,
      Author: 'SkyFox',
      Creator: 'SkyFox',
      Producer: 'SkyFox',
      CreationDate: bookedAt,
    },
  });
  const bytes = buffer(doc);
  for (const [name, file] of Object.entries(FONTS)) doc.registerFont(name, file);
  drawCard(doc);
  drawBand(doc, ticket);
  drawFacts(doc, ticket);
  drawStub(doc, ticket, code);
  doc.end();
  return bytes;
}

/** A card with rounded corners that looks as if its lower part could be torn off. */
function drawCard(doc: Doc): void {
  const notch = 11;
  doc.lineWidth(1).strokeColor(LINE);
  doc.roundedRect(EDGE, EDGE, PAGE - 2 * EDGE, BOTTOM - EDGE, 16).stroke();
  for (const [x, from, to] of [
    [EDGE, -0.5, 0.5],
    [PAGE - EDGE, 0.5, 1.5],
  ] as const) {
    doc.rect(x - 1, TEAR - notch, 2, 2 * notch).fill('white');
    doc.arc(x, TEAR, notch, from * Math.PI, to * Math.PI).stroke();
  }
  doc.save().dash(4, { space: 4 });
  doc
    .moveTo(EDGE + 2 * notch, TEAR)
    .lineTo(PAGE - EDGE - 2 * notch, TEAR)
    .stroke();
  doc.restore();
}

function drawBand(doc: Doc, ticket: Ticket): void {
  const top = EDGE + 32;
  doc
    .save()
    .roundedRect(EDGE, EDGE, PAGE - 2 * EDGE, BAND + 16, 16)
    .clip();
  doc
    .rect(EDGE, EDGE, PAGE - 2 * EDGE, BAND)
    .fill(ORANGE)
    .restore();
  doc
    .fillColor('white')
    .font('bold')
    .fontSize(34)
    .text('SKYFOX', LEFT, top, { characterSpacing: 2, lineBreak: false });
  doc
    .font('semiBold')
    .fontSize(13)
    .text('Cinema ticket', LEFT, top + 48, { lineBreak: false });
  const right = { width: INNER, align: 'right' } as const;
  doc
    .font('semiBold')
    .fontSize(13)
    .text('Booking', LEFT, top + 48, right);
  doc
    .font('bold')
    .fontSize(30)
    .text(`#${ticket.bookingId}`, LEFT, top + 4, right);
}

function drawFacts(doc: Doc, ticket: Ticket): void {
  const third = INNER / 3;
  const right = LEFT + 2 * third;
  const big = { font: 'semiBold', sizes: [16], height: 24 };
  const paid = { label: 'Amount', value: `₹${ticket.amount}` };
  drawField(doc, {
    label: 'Movie',
    value: ticket.movie,
    x: LEFT,
    y: 188,
    width: INNER,
    font: 'bold',
    sizes: [26, 21, 17, 14],
    height: 74,
  });
  drawField(doc, {
    label: `Date, ${weekday(ticket.date)}`,
    value: ticket.date,
    x: LEFT,
    y: 292,
    width: third,
    ...big,
  });
  drawField(doc, { label: 'Time', value: ticket.time, x: LEFT + third, y: 292, width: third, ...big });
  drawField(doc, {
    label: 'Status',
    value: ticket.status,
    x: right,
    y: 292,
    width: third,
    ...big,
    colour: ticket.isPaid ? INK : ALARM,
  });
  drawField(doc, {
    label: 'Seats',
    value: ticket.seats,
    x: LEFT,
    y: 348,
    width: INNER,
    font: 'bold',
    sizes: [22, 18],
    height: 34,
    colour: ORANGE,
  });
  drawField(doc, {
    label: 'Customer',
    value: ticket.customer,
    x: LEFT,
    y: 412,
    width: 2 * third - 12,
    font: 'semiBold',
    sizes: [16, 13, 11],
    height: 40,
  });
  drawField(doc, { label: 'Phone', value: ticket.phone, x: right, y: 412, width: third, ...big });
  drawField(doc, { ...paid, x: LEFT, y: 476, width: third, ...big });
  drawField(doc, {
    label: 'Payment',
    value: ticket.paymentType,
    x: LEFT + third,
    y: 476,
    width: third,
    ...big,
  });
}

type Field = {
  label: string;
  value: string;
  x: number;
  y: number;
  width: number;
  /** The value is set in the largest of the sizes in which it fits, else cut. */
  sizes: number[];
  height: number;
  font: string;
  colour?: string;
};

function drawField(doc: Doc, { label, value, x, y, width, sizes, height, font, colour = INK }: Field): void {
  doc.font('regular').fontSize(10).fillColor(GREY).text(label, x, y, { width, lineBreak: false });
  doc.font(font).fillColor(colour);
  const text = legible(value, fontOf(doc));
  const lines = { width, lineGap: -4 };
  const size =
    sizes.find((size) => doc.fontSize(size).heightOfString(text, lines) <= height) ?? sizes.at(-1) ?? 10;
  doc.fontSize(size).text(text, x, y + 16, { ...lines, height, ellipsis: true });
}

// The library tells nobody which letters its font has; the font in use does.
const fontOf = (doc: Doc) => (doc as unknown as { _font: { font: Font } })._font.font;

const weekday = (date: string) =>
  new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(new Date(date));

function drawStub(doc: Doc, ticket: Ticket, code: Code): void {
  const top = TEAR + 26;
  drawCode(doc, code, top);
  const x = LEFT + CODE_SIZE + 32;
  const width = PAGE - LEFT - x;
  const says = ticket.isPaid
    ? {
        title: 'Show this code at the door',
        rest: 'On paper or on your phone. Check-in opens one hour before the show starts and closes when it ends; the code lets its seats in once.',
      }
    : {
        title: 'NOT PAID',
        rest: 'This is not a ticket yet and lets nobody in. Pay before the hold on these seats ends, then print the ticket again.',
      };
  doc
    .font('bold')
    .fontSize(ticket.isPaid ? 17 : 30)
    .fillColor(ticket.isPaid ? INK : ALARM);
  doc.text(says.title, x, top + 40, { width, lineGap: -3 });
  doc
    .font('regular')
    .fontSize(11)
    .fillColor(GREY)
    .text(says.rest, x, doc.y + 8, { width, lineGap: 1 });
}

/** One path for all squares, a run of dark ones at a time, so that no seams show between them. */
function drawCode(doc: Doc, { size, isDark }: Code, top: number): void {
  const side = CODE_SIZE / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const start = column;
      while (column < size && isDark(row, column)) column += 1;
      if (column > start) doc.rect(LEFT + start * side, top + row * side, (column - start) * side, side);
    }
  }
  doc.fill('black');
}
