const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export const monthName = (month: number) => MONTHS[month - 1] ?? '';

/** A month of a query, 1-12; an empty one is absent. Throws what `refusal` makes for anything else. */
export function readMonth(text: string | undefined, refusal: () => Error): number | undefined {
  if (!text) return undefined;
  if (!/^0?[1-9]$|^1[0-2]$/.test(text)) throw refusal();
  return Number(text);
}

/** A year of a query, 1-9999; an empty one is absent. Throws what `refusal` makes for anything else. */
export function readYear(text: string | undefined, refusal: () => Error): number | undefined {
  if (!text) return undefined;
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0) throw refusal();
  return Number(text);
}
