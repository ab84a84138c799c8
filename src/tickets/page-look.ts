import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

export type Doc = PDFKit.PDFDocument;

export const ORANGE = '#E04B00';
export const INK = '#1F1A17';
export const GREY = '#6F6762';
export const LINE = '#E3DCD7';
export const ALARM = '#B3121D';

// Points of an A4 page, 595 x 842: the card's edge, and the text in it.
export const PAGE = 595.28;
export const EDGE = 36;
export const LEFT = 64;
export const INNER = PAGE - 2 * LEFT;

/** A font as the library opens it; which letters it has is what the library tells nobody. */
export type Font = { hasGlyphForCodePoint(codePoint: number): boolean };

// Opened once, not for each ticket, by a document that is thrown away: Latin and Devanagari, and the rupee sign.
function open(file: string): Font {
  const font = fileURLToPath(import.meta.resolve(`@expo-google-fonts/poppins/${file}`));
  const doc = new PDFDocument({ font, autoFirstPage: false });
  return (doc as unknown as { _font: { font: Font } })._font.font;
}

export const FONTS = {
  regular: open('400Regular/Poppins_400Regular.ttf'),
  semiBold: open('600SemiBold/Poppins_600SemiBold.ttf'),
  bold: open('700Bold/Poppins_700Bold.ttf'),
};
export type FontName = keyof typeof FONTS;
