const MOST_PAISE = 10_000_00;

/** A typed amount, in paise; undefined if it is not an amount, too large for a wallet, or finer than a paisa. */
export function readAmount(text: string): number | undefined {
  const paise = readMoney(text) ?? 0;
  return paise > 0 && paise <= MOST_PAISE ? paise : undefined;
}

// Commas group, as in India or the West, and three digits follow the last: `50,25` is no sum, as it may be 50.25.
const MONEY = /^(?:\d{1,6}|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d{1,2})?$/;
const MOST_RUPEES = 999_999.99;

/** A typed sum of money, in paise; undefined if it is none, has more than six digits, or is finer than a paisa. */
export function readMoney(text: string): number | undefined {
  const typed = text.trim().replace(/^₹\s*/, '');
  const rupees = Number(typed.replaceAll(',', ''));
  return MONEY.test(typed) && rupees <= MOST_RUPEES ? Math.round(rupees * 100) : undefined;
}
