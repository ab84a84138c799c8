const SHAPE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Whether a text is a calendar date, YYYY-MM-DD, that exists. */
export function isDate(text: string): boolean {
  const [, year, month, day] = SHAPE.exec(text)?.map(Number) ?? [];
  if (!year || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
