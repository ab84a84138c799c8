import { openFont, type Font } from './font.ts';

export type Weight = 'regular' | 'semiBold' | 'bold';

const WEIGHTS = { regular: '400Regular', semiBold: '600SemiBold', bold: '700Bold' } as const;
const opened = new Map<string, Font>();

/** A font of a family, opened when it is first wanted: `noto-sans-tamil` in bold. */
export function fontOf(family: string, weight: Weight): Font {
  const [folder, name] = [
    WEIGHTS[weight],
    family.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ];
  const path = `${family}/${folder}/${name}_${folder}.ttf`;
  const font = opened.get(path) ?? openFont(path);
  opened.set(path, font);
  return font;
}

/** The cinema's own: Latin, Devanagari, and the rupee sign. */
export const HOUSE = 'poppins';
/** What has most letters and signs of all. */
export const WIDEST = 'noto-sans';

export type Script = { isOf: RegExp; tag: string; families: readonly string[] };

/**
 * The scripts that can be set, by their ISO 15924 tags; a text takes the first family that has all its letters. A
 * further script is a line here and a package.
 */
export const SCRIPTS: readonly Script[] = [
  { isOf: /\p{Script=Latin}/u, tag: 'Latn', families: [HOUSE, WIDEST] },
  { isOf: /\p{Script=Cyrillic}/u, tag: 'Cyrl', families: [WIDEST] },
  { isOf: /\p{Script=Greek}/u, tag: 'Grek', families: [WIDEST] },
  { isOf: /\p{Script=Devanagari}/u, tag: 'Deva', families: [HOUSE, WIDEST] },
  { isOf: /\p{Script=Tamil}/u, tag: 'Taml', families: ['noto-sans-tamil'] },
  { isOf: /\p{Script=Telugu}/u, tag: 'Telu', families: ['noto-sans-telugu'] },
  { isOf: /\p{Script=Kannada}/u, tag: 'Knda', families: ['noto-sans-kannada'] },
  { isOf: /\p{Script=Malayalam}/u, tag: 'Mlym', families: ['noto-sans-malayalam'] },
  { isOf: /\p{Script=Bengali}/u, tag: 'Beng', families: ['noto-sans-bengali'] },
  { isOf: /\p{Script=Gujarati}/u, tag: 'Gujr', families: ['noto-sans-gujarati'] },
  { isOf: /\p{Script=Gurmukhi}/u, tag: 'Guru', families: ['noto-sans-gurmukhi'] },
  { isOf: /\p{Script=Oriya}/u, tag: 'Orya', families: ['noto-sans-oriya'] },
  { isOf: /\p{Script=Arabic}/u, tag: 'Arab', families: ['noto-sans-arabic'] },
  { isOf: /\p{Script=Hebrew}/u, tag: 'Hebr', families: ['noto-sans-hebrew'] },
];
