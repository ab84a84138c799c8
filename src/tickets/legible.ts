export type Font = { hasGlyphForCodePoint(codePoint: number): boolean };

const NOT_PRINTABLE = 'see the QR code';

/**
 * The text as far as the font can draw it: letters it lacks lose their accents where that helps (Nguyễn: Nguyen), and
 * a text of a script it lacks is left to the code, which has every script.
 */
export function legible(text: string, font: Font): string {
  const isDrawn = (letter: string) => font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
  const letters = [...text.normalize('NFC')].map((letter) => (isDrawn(letter) ? letter : plain(letter)));
  return letters.join('') !== '' && [...letters.join('')].every(isDrawn) ? letters.join('') : NOT_PRINTABLE;
}

const plain = (letter: string) => letter.normalize('NFKD').replaceAll(/\p{M}/gu, '') || letter;
