import { ALARM, FONTS, GREY, INK, INNER, LEFT, ORANGE, type Doc, type FontName } from './page-look.ts';
import type { Ticket } from './text.ts';

/** What the text of the ticket says, in rows of three columns. */
export async function drawFacts(doc: Doc, ticket: Ticket): Promise<void> {
  const { movie, date, time, seats, customer, phone, amount, paymentType, status, isPaid } = ticket;
  const largest: Look = { font: 'bold', sizes: [26, 21, 17, 14], height: 76 };
  const large: Look = { font: 'bold', sizes: [22, 18], height: 36 };
  const plain: Look = { font: 'semiBold', sizes: [16], height: 28 };
  const long: Look = { font: 'semiBold', sizes: [16, 13, 10], height: 44 };

  for (const field of [
    { label: 'Movie', value: movie, y: 166, columns: 3, ...largest },
    { label: `Date, ${weekday(date)}`, value: date, y: 272, ...plain },
    { label: 'Time', value: time, y: 272, column: 1, ...plain },
    { label: 'Status', value: status, y: 272, column: 2, ...plain, colour: isPaid ? INK : ALARM },
    { label: 'Seats', value: seats, y: 328, columns: 3, ...large, colour: ORANGE },
    { label: 'Customer', value: customer, y: 392, columns: 2, ...long },
    { label: 'Phone', value: phone, y: 392, column: 2, ...plain },
    { label: 'Amount', value: `₹${amount}`, y: 458, ...plain },
    { label: 'Payment', value: paymentType, y: 458, column: 1, ...plain },
  ] satisfies (Field & Look)[]) {
    await drawField(doc, field);
  }
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

async function drawField(doc: Doc, field: Field & Look): Promise<void> {
  const { label, value, y, column = 0, columns = 1, colour = INK } = field;
  const box = {
    x: LEFT + (column * INNER) / 3,
    y: y + 16,
    width: (columns * INNER) / 3 - (columns < 3 ? 12 : 0),
  };
  doc.fillColor(colour);
  const { isWhole } = isPlain(value, field.font)
    ? drawPlain(doc, field, box)
    : await drawShaped(doc, field, box);
  const says = isWhole ? label : `${label} (in full in the code)`;
  doc
    .font('regular')
    .fontSize(10)
    .fillColor(GREY)
    .text(says, box.x, y, { width: box.width, lineBreak: false });
}

type Box = { x: number; y: number; width: number };

/** Whether Poppins has all letters and no letter changes beside another. Nearly every text is so, and is drawn faster. */
function isPlain(text: string, font: FontName): boolean {
  return PLAIN.test(text) && Array.from(text).every((letter) => FONTS[font].has(letter.codePointAt(0) ?? 0));
}

const PLAIN = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{Script=Latin}\p{Script=Common}])*$/u;

function drawPlain(doc: Doc, { value, font, sizes, height }: Field & Look, { x, y, width }: Box) {
  doc.font(font);
  // Poppins leaves much room between lines.
  const lines = { width, lineGap: -4 };
  const size = sizes.find((points) => doc.fontSize(points).heightOfString(value, lines) <= height);
  const cut = size === undefined ? { height, ellipsis: true } : {};
  doc.fontSize(size ?? Math.min(...sizes)).text(value, x, y, { ...lines, ...cut });
  return { isWhole: size !== undefined };
}

/** What shapes text, and its fonts, are loaded by the first ticket that needs them. */
async function drawShaped(doc: Doc, { value, font, ...look }: Field & Look, box: Box) {
  const { typeset } = await import('../platform/typesetting/typeset.ts');
  return typeset(doc, value, { ...box, sizes: look.sizes, height: look.height, weight: font });
}

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });
const weekday = (date: string) => WEEKDAY.format(new Date(date));
