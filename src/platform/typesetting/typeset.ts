import type { Weight } from './fonts.ts';
import { openWriter, type Doc } from './writer.ts';
import { breakLines, cutTo, paragraph, shapeLine, type Line, type Paragraph } from './paragraph.ts';

/**
 * The place of a text: the baseline of its first line in the cinema's font, and the sizes; the largest size
 * that fits is used.
 */
export type Place = {
  x: number;
  y: number;
  width: number;
  height: number;
  sizes: readonly number[];
  weight: Weight;
};

// As a share of the size: the distance of the cinema's font from the top of its line. All scripts fit into
// such lines.
const ASCENT = 1.05;
const LINE_HEIGHT = 1.35;

/** Draws a text of any script, shaped as browsers shape it. Says whether all of it is there as it was given. */
export function typeset(doc: Doc, text: string, place: Place): { isWhole: boolean } {
  const whole = paragraph(text, place.weight);
  const { size, lines, drawn } = fit(whole, place);
  doc.fontSize(size);
  for (const [row, line] of lines.entries()) {
    drawLine(doc, drawn, line, { x: place.x, y: place.y + (ASCENT + row * LINE_HEIGHT) * size });
  }
  return { isWhole: drawn === whole && !whole.isReplaced };
}

function fit(whole: Paragraph, { width, height, sizes, weight }: Place) {
  for (const size of sizes) {
    const lines = breakLines(whole, width / size);
    if (lines.length * LINE_HEIGHT * size <= height) return { size, lines, drawn: whole };
  }
  const size = Math.min(...sizes);
  const widthEms = width / size;
  const drawn = cutTo(whole, {
    widthEms,
    lines: Math.max(1, Math.floor(height / (LINE_HEIGHT * size))),
    weight,
  });
  return { size, lines: breakLines(drawn, widthEms), drawn };
}

type Point = { x: number; y: number };

function drawLine(doc: Doc, whole: Paragraph, line: Line, { x, y }: Point): void {
  const writer = openWriter(doc);
  let left = x;
  for (const { run, shaped } of shapeLine(whole, line)) {
    writer.setFont(run.font);
    // What is copied, searched or read out is the text and not its glyphs; readers put what stands from right to left in
    // its order themselves, piece by piece.
    const glyphs = shaped.clusters.flatMap((cluster) => cluster.glyphs);
    const pieces = run.isRightToLeft
      ? shaped.clusters
      : [{ text: whole.text.slice(run.from, run.to), glyphs }];
    for (const piece of pieces) left = writer.write(piece, { x: left, y });
  }
  writer.close();
}
