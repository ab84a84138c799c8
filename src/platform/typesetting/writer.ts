import type { Font } from './font.ts';
import type { Cluster, Glyph } from './shape.ts';

export type Doc = PDFKit.PDFDocument;

/**
 * What the library has for text that it shapes itself, and does not describe. Its own way of writing ends each piece
 * with the state of the page put back, so that readers would see the text that stands for glyphs (ActualText) set in
 * no font.
 */
type Inside = {
  _font: {
    id: string;
    scale: number;
    font: { getGlyph(id: number): { advanceWidth: number } };
    subset: { includeGlyph(id: number): number };
    widths: (number | undefined)[];
    unicode: (readonly number[] | undefined)[];
    ref(): unknown;
  };
  _fontSize: number;
  page: { height: number; fonts: Record<string, unknown> };
  addContent(operators: string): void;
};

/** Writes glyphs where they belong, each by itself. To be closed. */
export function openWriter(doc: Doc) {
  const inside = doc as unknown as Inside;
  const { height } = inside.page;
  doc.save();
  doc.transform(1, 0, 0, -1, 0, height);
  inside.addContent('BT');
  return {
    setFont(font: Font): void {
      doc.registerFont(font.file, font.source).font(font.file);
      const { _font: embedded, _fontSize: size, page } = inside;
      page.fonts[embedded.id] ??= embedded.ref();
      inside.addContent(`/${embedded.id} ${size} Tf`);
    },
    /** Writes the glyphs that stand for a text from a place on; gives the place after them. */
    write({ text, glyphs }: Cluster, { x, y }: { x: number; y: number }): number {
      const perUnit = (inside._font.scale * inside._fontSize) / 1_000;
      doc.markContent('Span', { actual: text });
      let left = x;
      for (const glyph of glyphs) {
        const at = [left + glyph.xOffset * perUnit, height - y + glyph.yOffset * perUnit].map(rounded);
        inside.addContent(`1 0 0 1 ${at.join(' ')} Tm <${embed(inside._font, glyph)}> Tj`);
        left += glyph.xAdvance * perUnit;
      }
      doc.endMarkedContent();
      return left;
    },
    close(): void {
      inside.addContent('ET');
      doc.restore();
    },
  };
}

/** The glyph's number in the document, where it is embedded when it comes for the first time. */
function embed(font: Inside['_font'], { id, codePoints }: Glyph): string {
  const number = font.subset.includeGlyph(id);
  font.widths[number] ??= font.font.getGlyph(id).advanceWidth * font.scale;
  font.unicode[number] ??= codePoints;
  return number.toString(16).padStart(4, '0');
}

const rounded = (points: number) => Number(points.toFixed(3));
