// Numbers, money and dates as the reader's language writes them. The texts are English, the money is Indian.
const LOCALE = 'en-IN';

const rupees = new Intl.NumberFormat(LOCALE, {
  style: 'currency',
  currency: 'INR',
  trailingZeroDisplay: 'stripIfInteger',
});
const fewRupees = new Intl.NumberFormat(LOCALE, { style: 'currency', currency: 'INR', notation: 'compact' });
const plainNumber = new Intl.NumberFormat(LOCALE);
const both = new Intl.ListFormat(LOCALE, { type: 'unit' });
const either = new Intl.PluralRules(LOCALE);
const dayNames = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: 'UTC' });
const weekday = dayNames({ weekday: 'short' });
const dayOfMonth = dayNames({ day: 'numeric', month: 'short' });
const wholeDay = dayNames({ weekday: 'long', day: 'numeric', month: 'long' });
const shortDay = dayNames({ weekday: 'short', day: 'numeric', month: 'short' });
const clock = dayNames({ hour: 'numeric', minute: '2-digit', hour12: true });
const localDay = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long' });
const localMoment = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const localTime = new Intl.DateTimeFormat(LOCALE, { hour: 'numeric', minute: '2-digit' });

/** From January on. */
export const monthNames: readonly string[] = Array.from({ length: 12 }, (_, at) =>
  dayNames({ month: 'long' }).format(new Date(Date.UTC(2026, at))),
);

/** Money is whole paise wherever the app reckons with it. */
export const toPaise = (amount: number | string): number => Math.round(Number(amount) * 100);
export const money = (paise: number): string => rupees.format(paise / 100);
/** For an axis: `₹25K`. */
export const shortMoney = (paise: number): string => fewRupees.format(paise / 100);
export const number = (value: number): string => plainNumber.format(value);
export const list = (items: readonly string[]): string => both.format(items);

/** `one` or `many`, with # for the number. */
export const plural = (count: number, one: string, many: string): string =>
  (either.select(count) === 'one' ? one : many).replace('#', number(count));

const atMidnight = (date: string) => new Date(`${date.slice(0, 10)}T00:00:00Z`);
/** A day of the cinema, as `2026-04-27` or the same at midnight UTC. */
export const dayName = (date: string): string => weekday.format(atMidnight(date));
export const dayInMonth = (date: string): string => dayOfMonth.format(atMidnight(date));
export const longDay = (date: string): string => wholeDay.format(atMidnight(date));
export const mediumDay = (date: string): string => shortDay.format(atMidnight(date));
export const isDay = (text: string | undefined): text is string =>
  /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(atMidnight(text ?? '').getTime());

/** So many days after another. */
export const addDays = (date: string, days: number): string =>
  new Date(atMidnight(date).getTime() + days * 86_400_000).toISOString().slice(0, 10);

export const daysBetween = (from: string, to: string): number =>
  Math.round((atMidnight(to).getTime() - atMidnight(from).getTime()) / 86_400_000);

/** `16:30:00.000000` as it stands, in no time zone but the cinema's. No line ends before its am or pm. */
export const slotTime = (time: string): string =>
  clock.format(new Date(`1970-01-01T${time.slice(0, 5)}:00Z`)).replace(/\s/, '\u00A0');

/** The day of a moment, with its year, on the reader's own clock. */
export const dayOf = (text: string): string => localDay.format(new Date(text));
/** A moment on the reader's own clock. */
export const moment = (text: string): string => localMoment.format(new Date(text));
export const timeOfDay = (at: number): string => localTime.format(at);

/** The minutes of `1h53m0s`; 0 where it cannot be read. */
export function minutesOf(text: string): number {
  const [, hours = '0', minutes = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?/.exec(text) ?? [];
  return Number(hours) * 60 + Number(minutes);
}

/** `1h53m0s` as `1 h 53 min`; nothing where it cannot be read. */
export const duration = (text: string): string => inHours(minutesOf(text));

/** `113` as `1 h 53 min`. */
export function inHours(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 && `${hours} h`, rest > 0 && `${rest} min`].filter(Boolean).join(' ');
}

/** 4:05 of 245,000 ms. A second that has begun counts. */
export function minutesAndSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
