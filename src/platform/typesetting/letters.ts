import type { Font } from './font.ts';
import { fontOf, HOUSE, SCRIPTS, WIDEST, type Script, type Weight } from './fonts.ts';

/** What a reader takes for one letter, with its marks; drawn in one font. */
export type Letter = {
  text: string;
  font: Font;
  /** ISO 15924; signs and digits take it from the letters around them. */
  script: string;
};
export type Letters = {
  letters: Letter[];
  /** Whether something of the text has no glyph and is not drawn as it is. */
  isReplaced: boolean;
};

// Unicode's own sign for it; the widest font has it.
const REPLACEMENT = '\uFFFD';
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;
const MARKS = /\p{M}/gu;
const MARK = /\p{M}/u;
const COMMON = /^[\p{Script=Common}\p{Script=Inherited}]/u;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Takes a text apart and finds each letter a font. What none of them has is replaced by itself alone. */
export function takeApart(text: string, weight: Weight): Letters {
  const { clusters, isThinned } = clustersOf(text.normalize('NFC'));
  const scripts = clusters.map((cluster) => SCRIPTS.find(({ isOf }) => isOf.test(cluster)));
  const fonts = fontsOf(clusters, scripts, weight);
  let isReplaced = isThinned;
  const letters: Letter[] = [];
  for (const [place, cluster] of clusters.entries()) {
    const script = scripts[place] ?? (COMMON.test(cluster) ? near(scripts, place) : undefined);
    const likely = [script && fonts.get(script), script && letters.at(-1)?.font].filter(
      (font) => font !== undefined,
    );
    const drawn = draw(cluster, () => candidates(likely, [HOUSE, WIDEST], weight));
    isReplaced ||= drawn.isReplaced;
    letters.push({ text: drawn.text, font: drawn.font, script: script?.tag ?? 'Zyyy' });
  }
  return { letters, isReplaced };
}

// No script has more of them on one letter, and each stands above the last, in the line before.
const PILE = /(\p{Mn}{4})\p{Mn}+/gu;

function clustersOf(text: string) {
  const thinned = text.replaceAll(PILE, '$1');
  const clusters = Array.from(segmenter.segment(thinned), ({ segment }) => segment).filter(isVisible);
  return { clusters, isThinned: thinned !== text };
}

const isVisible = (cluster: string) => Array.from(cluster).some((letter) => !IGNORABLE.test(letter));

/** The script of the letters before a sign, or else of those after it. */
function near(scripts: readonly (Script | undefined)[], place: number): Script | undefined {
  return scripts.slice(0, place).findLast(Boolean) ?? scripts.slice(place).find(Boolean);
}

/**
 * A font for each script of the text, so that no word changes its look halfway: the first that has all its letters and
 * all signs of the text, else the first that has all its letters. Latin beside another script is set in the font of
 * that one, which has Latin letters to go with it.
 */
function fontsOf(clusters: string[], scripts: (Script | undefined)[], weight: Weight): Map<Script, Font> {
  const signs = clusters.filter((cluster) => COMMON.test(cluster)).join('');
  const fonts = new Map<Script, Font>();
  const present = SCRIPTS.filter((script) => scripts.includes(script));
  for (const script of present.toSorted((a, b) => Number(isLatin(a)) - Number(isLatin(b)))) {
    const own = clusters.filter((_, place) => scripts[place] === script).join('');
    const families = familiesOf(script, own);
    const withAll = (text: string) =>
      candidates([...fonts.values()], families, weight).find((font) => hasAll(font, text));
    fonts.set(script, withAll(own + signs) ?? withAll(own) ?? fontOf(families.at(-1) ?? WIDEST, weight));
  }
  return fonts;
}

const isLatin = ({ tag }: Script) => tag === 'Latn';

/** The cinema's font has accented letters, but does not place separate accents on Latin letters. */
const familiesOf = (script: Script, text: string) =>
  isLatin(script) && MARK.test(text) ? [WIDEST] : script.families;

/** Fonts that are not examined are not opened. */
function* candidates(open: readonly Font[], families: readonly string[], weight: Weight): Generator<Font> {
  yield* open;
  for (const family of families) yield fontOf(family, weight);
}

const hasAll = (font: Font, text: string) =>
  Array.from(text).every((letter) => IGNORABLE.test(letter) || font.has(letter.codePointAt(0) ?? 0));

/** As it is; else plainer (𝕏 as X); else without the marks that no font has; else the replacement. */
function draw(
  cluster: string,
  fonts: () => Generator<Font>,
): Omit<Letter, 'script'> & { isReplaced: boolean } {
  const plain = cluster.normalize('NFKD');
  for (const [text, isReplaced] of [
    [cluster, false],
    [plain.normalize('NFC'), false],
    [plain.replaceAll(MARKS, ''), true],
    [REPLACEMENT, true],
  ] as const) {
    const font = fonts().find((candidate) => text !== '' && hasAll(candidate, text));
    if (font) return { text, font, isReplaced };
  }
  throw new Error('no font has the sign that replaces others');
}
