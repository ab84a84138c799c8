import QRCode, { type QRCodeSegment } from 'qrcode';

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
export const codePicture = (text: string): Promise<Buffer> =>
  QRCode.toBuffer(content(text), { ...OPTIONS, type: 'png', scale: SQUARE_PX, margin: MARGIN_SQUARES });

/**
 * Text that a decoder could take for something else is announced as UTF-8 (ECI 26): zbar reads "Zoë" as Big5 or Shift
 * JIS. What can only be UTF-8 goes without, because older scanners refuse a code with an announcement, or send it on.
 * The library writes no ECI but takes segments as they are: a header of mode 7 whose length field is the 26. It would
 * also look for parts that are shorter in another mode, which takes as long as all the rest and saves a size in one code
 * of ten.
 */
function content(text: string): QRCodeSegment[] {
  const bytes = Buffer.from(text);
  const data = segment({ id: 'Byte', bit: 4, ccBits: [8, 16, 16] }, bytes.length, bytes);
  if (/^\p{ASCII}*$/u.test(text) || isSurelyUtf8(bytes)) return asTheyAre(data);
  return asTheyAre(segment({ id: 'ECI', bit: 7, ccBits: [8, 8, 8] }, 26, []), data);
}

const RIVALS = ['shift_jis', 'big5'];

/** Whether the bytes are neither Shift JIS nor Big5, and have some that Latin-1 gives no letter. */
function isSurelyUtf8(bytes: Buffer): boolean {
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0) && !RIVALS.some((rival) => canRead(rival, bytes));
}

function canRead(encoding: string, bytes: Buffer): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

// `reduce` is how the library turns what it is given into its own segments; these are so already.
const asTheyAre = (...segments: object[]) =>
  Object.assign<QRCodeSegment[], object>([], { reduce: () => segments });

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
