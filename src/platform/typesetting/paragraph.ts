import bidiFactory from 'bidi-js';
import type { Weight } from './fonts.ts';
import { takeApart, type Letter } from './letters.ts';
import { shape, type Run, type ShapedRun } from './shape.ts';

/** A text on its way to the page. Places are of letters; a line is what lies between two of them. */
export type Paragraph = {
  text: string;
  letters: readonly (Letter & { from: number; level: number })[];
  isReplaced: boolean;
};
export type Line = { first: number; end: number };

// Its types speak of a module's default, and it is the module itself.
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();
const ELLIPSIS = '…';

/** Its direction is that of its first letter that has one. */
export function paragraph(text: string, weight: Weight): Paragraph {
  const { letters, isReplaced } = takeApart(text, weight);
  const drawn = letters.map((letter) => letter.text).join('');
  const { levels } = bidi.getEmbeddingLevels(drawn);
  let from = 0;
  const placed = letters.map(({ text: drawnAs, font, script }) => {
    const at = from;
    from += drawnAs.length;
    return { text: drawnAs, font, script, from: at, level: levels[at] ?? 0 };
  });
  return { text: drawn, letters: placed, isReplaced };
}

/** The runs of a line as they stand on the page, from left to right. */
export function shapeLine(whole: Paragraph, line: Line): { run: Run; shaped: ShapedRun }[] {
  return runsInOrder(whole, line).map((run) => ({ run, shaped: shape(whole.text, run) }));
}

/** In ems. */
export const widthOf = (whole: Paragraph, line: Line): number =>
  shapeLine(whole, line).reduce((sum, { shaped }) => sum + shaped.width, 0);

function runsInOrder({ text, letters }: Paragraph, { first, end }: Line): Run[] {
  const runs: (Run & { level: number })[] = [];
  for (let place = first; place < end; place++) {
    const letter = letters[place];
    if (!letter) break;
    const { font, script, level, from } = letter;
    const to = letters[place + 1]?.from ?? text.length;
    const last = runs.at(-1);
    if (last && last.font === font && last.script === script && last.level === level) last.to = to;
    else runs.push({ font, script, level, isRightToLeft: level % 2 === 1, from, to });
  }
  return inVisualOrder(runs);
}

/** From the highest level down, what lies at it or above is turned round: Unicode's rule L2. */
function inVisualOrder<Levelled extends { level: number }>(runs: Levelled[]): Levelled[] {
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  let order = runs;
  for (let level = highest; level > 0; level--) {
    const turned: Levelled[] = [];
    for (let place = 0; place < order.length;) {
      const start = place;
      while ((order[place]?.level ?? -1) >= level) place += 1;
      turned.push(...order.slice(start, place).toReversed(), ...order.slice(place, ++place));
    }
    order = turned;
  }
  return order;
}

const isSpace = (letter: Letter | undefined) => letter !== undefined && /^\s+$/u.test(letter.text);

/** Broken after spaces and hyphens, and within a word only where it is wider than a line. */
export function breakLines(whole: Paragraph, widthEms: number): Line[] {
  const { letters } = whole;
  const lines: Line[] = [];
  const fits = (first: number, end: number) =>
    widthOf(whole, { first, end: trimmed(first, end) }) <= widthEms;
  const trimmed = (first: number, end: number) => {
    let last = end;
    while (last > first && isSpace(letters[last - 1])) last -= 1;
    return last;
  };
  let first = 0;
  let end = 0;
  const close = () => {
    lines.push({ first, end: trimmed(first, end) });
    first = end;
  };
  for (const next of [...breaksOf(letters), letters.length]) {
    if (next <= first) continue;
    if (end > first && !fits(first, next)) close();
    // A word that is wider than a line: as much of it as fits, a letter at least.
    while (!fits(first, next)) {
      end = first + 1;
      while (end + 1 < next && fits(first, end + 1)) end += 1;
      if (end >= next) break;
      close();
    }
    end = next;
  }
  if (end > first) close();
  return lines;
}

/** The places after which a line may end. */
function breaksOf(letters: readonly Letter[]): number[] {
  return letters.flatMap((letter, place) =>
    isSpace(letter) && !isSpace(letters[place + 1])
      ? [place + 1]
      : /^[-‐–—/]$/u.test(letter.text)
        ? [place + 1]
        : [],
  );
}

/** The part of a text that fits into that many lines, with an ellipsis. */
export function cutTo(
  whole: Paragraph,
  { widthEms, lines, weight }: { widthEms: number; lines: number; weight: Weight },
) {
  for (let kept = breakLines(whole, widthEms)[lines - 1]?.end ?? 0; kept > 0; kept--) {
    const text = whole.letters.slice(0, kept).map((letter) => letter.text);
    const cut = paragraph(text.join('').trimEnd() + ELLIPSIS, weight);
    if (breakLines(cut, widthEms).length <= lines) return cut;
  }
  return paragraph(ELLIPSIS, weight);
}
