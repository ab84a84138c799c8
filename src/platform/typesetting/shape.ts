import { readFileSync } from 'node:fs';
import * as hb from 'harfbuzzjs';
import type { Font } from './font.ts';

/** In units of the font; offsets move the glyph and nothing after it. */
export type Glyph = { id: number; codePoints: number[]; xAdvance: number; xOffset: number; yOffset: number };
/** Letters that share glyphs on the page, and those glyphs. */
export type Cluster = { text: string; glyphs: Glyph[] };
/** Clusters from left to right; the width in ems. */
export type ShapedRun = { clusters: Cluster[]; width: number };

/** Letters of one font, script and direction; a run is shaped in the text around it, where letters join. */
export type Run = { font: Font; script: string; isRightToLeft: boolean; from: number; to: number };

// One for all: it is not JavaScript's memory, which would be given back only at some later time.
const buffer = new hb.Buffer();
const shapers = new Map<string, { shaper: hb.Font; unitsPerEm: number }>();

/** Chooses and places the glyphs of a part of the text, as browsers do it: by HarfBuzz. */
export function shape(text: string, { font, script, isRightToLeft, from, to }: Run): ShapedRun {
  const { shaper, unitsPerEm } = shaperOf(font);
  buffer.reset();
  buffer.addText(text, from, to - from);
  buffer.setDirection(isRightToLeft ? hb.Direction.RTL : hb.Direction.LTR);
  buffer.setScript(script);
  buffer.setClusterLevel(hb.ClusterLevel.MONOTONE_CHARACTERS);
  hb.shape(shaper, buffer);
  const clusters = clustersOf(text.slice(0, to));
  const width = clusters.flatMap(({ glyphs }) => glyphs).reduce((sum, { xAdvance }) => sum + xAdvance, 0);
  return { clusters, width: width / unitsPerEm };
}

function clustersOf(text: string): Cluster[] {
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  const starts = [...new Set(infos.map(({ cluster }) => cluster))].toSorted((a, b) => a - b);
  const clusters = new Map<number, Cluster>();
  for (const [place, { codepoint: id, cluster: start }] of infos.entries()) {
    const letters = text.slice(start, starts[starts.indexOf(start) + 1]);
    const cluster = clusters.get(start) ?? { text: letters, glyphs: [] };
    clusters.set(start, cluster);
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[place] ?? {};
    cluster.glyphs.push({ id, codePoints: [], xAdvance, xOffset, yOffset });
  }
  for (const { text: letters, glyphs } of clusters.values()) {
    // One glyph stands for the letters where a reader knows glyphs alone: the widest, which is no mark.
    const [widest] = glyphs.toSorted((a, b) => b.xAdvance - a.xAdvance);
    widest?.codePoints.push(...Array.from(letters, (letter) => letter.codePointAt(0) ?? 0));
  }
  return [...clusters.values()];
}

function shaperOf({ file }: Font) {
  const known = shapers.get(file);
  if (known) return known;
  const face = new hb.Face(new hb.Blob(readFileSync(file)));
  const opened = { shaper: new hb.Font(face), unitsPerEm: face.upem };
  shapers.set(file, opened);
  return opened;
}
