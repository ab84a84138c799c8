import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { drawFacts } from './page-facts.ts';
import { ALARM, EDGE, FONTS, GREY, INK, INNER, LEFT, LINE, ORANGE, PAGE, type Doc } from './page-look.ts';
import type { Code } from './qr-code.ts';
import type { Ticket } from './text.ts';

const CARD = PAGE - 2 * EDGE;
const BAND = 112;
const TEAR = 520;
const BOTTOM = 782;
const CORNER = 16;
const CODE_SIZE = 214;

/**
 * The ticket on one A4 page; the same ticket gives the same bytes. US Letter is 50 points shorter, and printers leave a
 * margin: between 68 and 774 points from the top nothing is cut off, so code (with the white around it) and text stand
 * there.
 */
export async function drawPage(ticket: Ticket, { code, bookedAt }: { code: Code; bookedAt: Date }) {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    font: '',
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
  for (const [name, font] of Object.entries(FONTS)) doc.registerFont(name, font.source);
  drawCard(doc);
  drawBand(doc, ticket);
  await drawFacts(doc, ticket);
  drawStub(doc, ticket, code);
  doc.end();
  return bytes;
}

/** A card with rounded corners that looks as if its lower part could be torn off. */
function drawCard(doc: Doc): void {
  const notch = 11;
  doc.lineWidth(1).strokeColor(LINE);
  doc.roundedRect(EDGE, EDGE, CARD, BOTTOM - EDGE, CORNER).stroke();
  for (const x of [EDGE, PAGE - EDGE]) {
    doc.rect(x - 1, TEAR - notch, 2, 2 * notch).fill('white');
    doc
      .save()
      .rect(EDGE - 0.5, EDGE, CARD + 1, BOTTOM)
      .clip();
    doc.circle(x, TEAR, notch).stroke().restore();
  }
  const start = EDGE + 2 * notch;
  doc.save().dash(4, { space: 4 }).moveTo(start, TEAR);
  doc
    .lineTo(PAGE - start, TEAR)
    .stroke()
    .restore();
}

function drawBand(doc: Doc, ticket: Ticket): void {
  const top = EDGE + 32;
  const right = { width: INNER, align: 'right' } as const;
  doc
    .save()
    .roundedRect(EDGE, EDGE, CARD, BAND + CORNER, CORNER)
    .clip();
  doc
    .rect(EDGE - 0.5, EDGE - 0.5, CARD + 1, BAND)
    .fill(ticket.isPaid ? ORANGE : GREY)
    .restore();
  doc.fillColor('white').font('bold').fontSize(34).text('SKYFOX', LEFT, top, { characterSpacing: 2 });
  doc.fontSize(30).text(`#${ticket.bookingId}`, LEFT, top + 4, right);
  doc
    .font('semiBold')
    .fontSize(14)
    .text(ticket.isPaid ? 'Cinema ticket' : 'Seats held, not paid', LEFT, top + 46);
  doc.text('Booking', LEFT, top + 46, right);
}

function drawStub(doc: Doc, { isPaid }: Ticket, code: Code): void {
  const top = TEAR + 24;
  drawCode(doc, code, top);
  const x = LEFT + CODE_SIZE + 32;
  const width = PAGE - LEFT - x;
  const says = isPaid ? TICKET : NO_TICKET;
  doc.font('bold').fontSize(says.size).fillColor(says.colour);
  doc.text(says.title, x, top + 36, { width });
  doc
    .font('regular')
    .fontSize(11)
    .fillColor(GREY)
    .text(says.rest, x, doc.y + 8, { width, lineGap: 1 });
}

const TICKET = {
  title: 'Show this code at the door',
  size: 15,
  colour: INK,
  rest: 'On paper or on your phone. Check-in opens one hour before the show starts and closes when it ends; the code lets its seats in once.',
};
const NO_TICKET = {
  title: 'NOT PAID',
  size: 30,
  colour: ALARM,
  rest: 'This is not a ticket yet and lets nobody in. Pay before the hold on these seats ends, then print the ticket again.',
};

/** One path for all squares, a run of dark ones at a time, so that few seams can show between them. */
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
