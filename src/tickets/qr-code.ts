import QRCode, { type QRCodeSegment } from 'qrcode';
import { writePng } from './png.ts';

// A code half covered by a thumb still reads; more correction would make the squares of a long text too small.
const OPTIONS = { errorCorrectionLevel: 'M' } as const;
const SQUARE_PX = 6;
const MARGIN_SQUARES = 4;

export type Code = { size: number; isDark: (row: number, column: number) => boolean };

/** The squares of a code. */
export function encode(text: string): Code {
  const { modules } = QRCode.create(content(text), OPTIONS);
  return { size: modules.size, isDark: (row, column) => modules.get(row, column) !== 0 };
}

/** The code as a PNG; the shortest ticket makes it 366 px wide. */
export function drawCode({ size, isDark }: Code): Buffer {
  const isInside = (place: number) => place >= 0 && place < size;
  const isBlack = (row: number, column: number) => isInside(row) && isInside(column) && isDark(row, column);
  const picture = {
    side: size + 2 * MARGIN_SQUARES,
    isDark: (row: number, column: number) => isBlack(row - MARGIN_SQUARES, column - MARGIN_SQUARES),
  };
  return writePng(picture, SQUARE_PX);
}

/**
 * Text beyond ASCII is announced as UTF-8 (ECI 26), without which decoders guess, and zbar guesses Shift JIS for
 * "Zoë". The library writes no ECI but takes segments as they are: a header of mode 7 whose length field is the 26.
 */
function content(text: string): string | QRCodeSegment[] {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  const bytes = Buffer.from(text);
  const isUtf8 = segment({ id: 'ECI', bit: 7, ccBits: [8, 8, 8] }, 26, []);
  const data = segment({ id: 'Byte', bit: 4, ccBits: [8, 16, 16] }, bytes.length, bytes);
  // `reduce` is how the library turns what it is given into its own segments; these are so already.
  return Object.assign<QRCodeSegment[], object>([], { reduce: () => [isUtf8, data] });
}

const segment = (
  mode: { id: string; bit: number; ccBits: number[] },
  length: number,
  bytes: Iterable<number>,
) => ({
  mode,
  getLength: () => length,
  getBitsLength: () => [...bytes].length * 8,
  write: (bits: { put(value: number, width: number): void }) => {
    for (const byte of bytes) bits.put(byte, 8);
  },
});
