import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/** A font's file, open. */
export type Font = {
  file: string;
  /** For `doc.font`. */
  source: PDFKit.Mixins.PDFFontSource;
  has(codePoint: number): boolean;
};

/** What the library makes of a font's file and tells nobody. */
type Opened = { hasGlyphForCodePoint(codePoint: number): boolean };

/** Opens a font of a package, which is done once and not for each document: by one that is thrown away. */
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
