import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/** A font's file, open. */
export type Font = {
  file: string;
  /** For `doc.font`. */
  source: PDFKit.Mixins.PDFFontSource;
  has(codePoint: number): boolean;
};

/** The library's result of opening a font, which its types do not describe. */
type Opened = { hasGlyphForCodePoint(codePoint: number): boolean };

/** Opens a font of a package once instead of once per document, by means of a document that is discarded. */
export function openFont(packagePath: string): Font {
  const file = fileURLToPath(import.meta.resolve(`@expo-google-fonts/${packagePath}`));
  const doc = new PDFDocument({ font: file, autoFirstPage: false });
  const opened = (doc as unknown as { _font: { font: Opened } })._font.font;
  return {
    file,
    source: opened as unknown as PDFKit.Mixins.PDFFontSource,
    has: (codePoint) => opened.hasGlyphForCodePoint(codePoint),
  };
}
