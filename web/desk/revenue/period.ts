import { datesFrom, mondayOf, WEEK_DAYS } from '../programme/week.ts';
import { addDays, daysBetween } from '../../text/formats.ts';

export const KINDS = ['day', 'week', 'month'] as const;
export type Kind = (typeof KINDS)[number];
export const isKind = (text: string | undefined): text is Kind => KINDS.some((kind) => kind === text);

/** Days on the cinema's calendar, both included. */
export type Days = { from: string; to: string };

/** The days of a date's day, week or month. */
export function daysOf(kind: Kind, date: string): Days {
  if (kind === 'day') return { from: date, to: date };
  if (kind === 'week') return { from: mondayOf(date), to: addDays(mondayOf(date), WEEK_DAYS - 1) };
  const from = `${date.slice(0, 7)}-01`;
  return { from, to: addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1) };
}

/** A date of the period before or after. */
export function stepFrom(kind: Kind, date: string, steps: 1 | -1): string {
  const { from, to } = daysOf(kind, date);
  return steps === 1 ? addDays(to, 1) : daysOf(kind, addDays(from, -1)).from;
}

/**
 * The days that are drawn, and the days before that they are compared with: of a day, its week beside the week before.
 */
export function compared(kind: Kind, date: string): { drawn: Days; before: Days } {
  const drawn = daysOf(kind === 'month' ? 'month' : 'week', date);
  return { drawn, before: daysOf(kind === 'month' ? 'month' : 'week', addDays(drawn.from, -1)) };
}

export const countDays = ({ from, to }: Days): number => daysBetween(from, to) + 1;
export const datesOf = (days: Days): string[] => datesFrom(days.from, countDays(days));
export const holds = ({ from, to }: Days, date: string): boolean => from <= date && date <= to;
