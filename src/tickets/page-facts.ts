import {
  ALARM,
  FONTS,
  GREY,
  INK,
  INNER,
  LEFT,
  ORANGE,
  type Doc,
  type Font,
  type FontName,
} from './page-look.ts';
import type { Ticket } from './text.ts';

/** What the text of the ticket says, in rows of three columns. */
export function drawFacts(doc: Doc, ticket: Ticket): void {
  const { movie, date, time, seats, customer, phone, amount, paymentType, status, isPaid } = ticket;
  const largest: Look = { font: 'bold', sizes: [26, 21, 17, 14], height: 76 };
  const large: Look = { font: 'bold', sizes: [22, 18], height: 36 };
  const plain: Look = { font: 'semiBold', sizes: [16], height: 28 };
  const long: Look = { font: 'semiBold', sizes: [16, 13, 10], height: 44 };

  drawField(doc, { label: 'Movie', value: movie, y: 190, columns: 3, ...largest });
  drawField(doc, { label: `Date, ${weekday(date)}`, value: date, y: 296, ...plain });
  drawField(doc, { label: 'Time', value: time, y: 296, column: 1, ...plain });
  drawField(doc, {
    label: 'Status',
    value: status,
    y: 296,
    column: 2,
    ...plain,
    colour: isPaid ? INK : ALARM,
  });
  drawField(doc, { label: 'Seats', value: seats, y: 352, columns: 3, ...large, colour: ORANGE });
  drawField(doc, { label: 'Customer', value: customer, y: 416, columns: 2, ...long });
  drawField(doc, { label: 'Phone', value: phone, y: 416, column: 2, ...plain });
  drawField(doc, { label: 'Amount', value: `₹${amount}`, y: 482, ...plain });
  drawField(doc, { label: 'Payment', value: paymentType, y: 482, column: 1, ...plain });
}

type Field = {
  label: string;
  value: string;
  y: number;
  /** The first of the three columns it takes, and how many. */
  column?: number;
  columns?: number;
  colour?: string;
};
/** The value is set in the largest of the sizes in which it fits the height, else cut. */
type Look = { font: FontName; sizes: number[]; height: number };

function drawField(
  doc: Doc,
  { label, value, y, column = 0, columns = 1, colour = INK, ...look }: Field & Look,
): void {
  const { font, sizes, height } = look;
  const x = LEFT + (column * INNER) / 3;
  const width = (columns * INNER) / 3 - (columns < 3 ? 12 : 0);
  doc.font('regular').fontSize(10).fillColor(GREY).text(label, x, y, { width, lineBreak: false });
  doc.font(font).fillColor(colour);
  const text = legible(value, FONTS[font]);
  // Poppins leaves much room between lines.
  const lines = { width, lineGap: -4 };
  const size = sizes.find((points) => doc.fontSize(points).heightOfString(text, lines) <= height);
  const cut = size === undefined ? { height, ellipsis: true } : {};
  doc.fontSize(size ?? Math.min(...sizes)).text(text, x, y + 16, { ...lines, ...cut });
}

/**
 * The text as far as the font can draw it: a letter it lacks loses its accents where that helps (Nguyễn: Nguyen), a
 * sign it lacks is left out, and a text of a script it lacks is left to the code, which has every script.
 */
function legible(text: string, font: Font): string {
  const isDrawn = (letter: string) =>
    font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) || /\p{Default_Ignorable_Code_Point}/u.test(letter);
  const plain = (letter: string) =>
    /[\p{L}\p{M}\p{N}]/u.test(letter) ? letter.normalize('NFKD').replaceAll(/\p{M}/gu, '') || letter : '';
  const letters = Array.from(text.normalize('NFC'), (letter) => (isDrawn(letter) ? letter : plain(letter)));
  const drawn = letters.join('').trim();
  return drawn !== '' && Array.from(drawn).every(isDrawn) ? drawn : 'as in the QR code';
}

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });
const weekday = (date: string) => WEEKDAY.format(new Date(date));
