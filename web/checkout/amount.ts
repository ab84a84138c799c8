const MOST_PAISE = 10_000_00;

/** A typed amount, in paise; undefined if it is not an amount, too large for a wallet, or finer than a paisa. */
export function readAmount(text: string): number | undefined {
  const paise = readMoney(text) ?? 0;
  return paise > 0 && paise <= MOST_PAISE ? paise : undefined;
}

/** A typed sum of money, in paise; undefined if it is none, has more than six digits, or is finer than a paisa. */
export function readMoney(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/^₹\s*/, '')
    .replaceAll(/(?<=\d),(?=\d)/g, '');
  return /^\d{1,6}(?:\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : undefined;
}
