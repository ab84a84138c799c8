const MOST_PAISE = 10_000_00;

/** A typed amount, in paise; undefined if it is not an amount, too large, or finer than a paisa. */
export function readAmount(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/^₹\s*/, '')
    .replaceAll(/(?<=\d),(?=\d)/g, '');
  if (!/^\d{1,5}(?:\.\d{1,2})?$/.test(plain)) return undefined;
  const paise = Math.round(Number(plain) * 100);
  return paise > 0 && paise <= MOST_PAISE ? paise : undefined;
}
