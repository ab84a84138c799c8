export const BRAND = '#E04B00';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
export const each = (count: number, draw: (i: number) => string) => range(count).map(draw).join('');
export const pointAt = (angle: number, radius: number, x = 300, y = 320) =>
  [(x + radius * Math.cos(angle)).toFixed(1), (y + radius * Math.sin(angle)).toFixed(1)] as const;
export const circle = (x: number | string, y: number | string, r: number, paint: string) =>
  `<circle cx="${x}" cy="${y}" r="${r}" ${paint}/>`;
export const rect = (x: number, y: number, width: number, height: number, paint: string) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${paint}/>`;
export const path = (d: string, paint: string) => `<path d="${d}" ${paint}/>`;
export const fill = (colour: string, opacity = 1) =>
  `fill="${colour}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}`;
export const line = (colour: string, width: number, opacity = 1) =>
  `fill="none" stroke="${colour}" stroke-width="${width}"${opacity < 1 ? ` stroke-opacity="${opacity}"` : ''}`;

/** A way to set a text: a size, in units of the drawing, and the most lines it may take. */
export type Setting = { size: number; lines: number };

/** The lines of `text` in the first of the settings in which it fits the width, or cut to the last one's lines. */
export function fitText(text: string, width: number, settings: readonly Setting[]) {
  const fits = ({ size, lines }: Setting) => {
    const set = wrap(text, width / size);
    return set.length <= lines && set.every((line) => widthOf(line) * size <= width);
  };
  const { size, lines } = settings.find(fits) ?? settings.at(-1) ?? { size: 16, lines: 1 };
  return { size, lines: wrap(text, width / size).slice(0, lines) };
}

/** Attributes that squeeze a line into `width` where even the smallest size is too wide for it. */
export function squeeze(line: string, size: number, width: number): string {
  return widthOf(line) * size > width ? ` textLength="${width}" lengthAdjust="spacingAndGlyphs"` : '';
}

/** Text that XML can hold, as content or within quotes. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function wrap(text: string, ems: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && widthOf(longer) <= ems) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// In ems of a wide bold sans serif, so that whichever of the named fonts the reader has is narrower.
const widthOf = (text: string) =>
  Array.from(text).reduce((width, character) => width + widthOfCharacter(character), 0);

function widthOfCharacter(character: string): number {
  if (/[iIjl.,:;'|! ]/.test(character)) return 0.39;
  if (/[mMwW%@]/.test(character)) return 1.08;
  if (/[\p{Lu}&]/u.test(character)) return 0.8;
  return character.charCodeAt(0) > 0x2e80 ? 1.05 : 0.71;
}
