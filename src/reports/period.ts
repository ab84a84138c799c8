import { sql } from '../platform/database/db.ts';
import { DateParameter } from '../platform/validation/parameters.ts';
import { invalidParams, invalidPeriod } from './errors.ts';

/** Days of booking on the cinema's calendar, both included. */
export type Period = { from: string; to: string };

// A quarter: sales of a period are read one by one.
const LONGEST_DAYS = 92;
const DAY_MS = 86_400_000;

const day = (description: string) => DateParameter({ invalid: invalidParams, description });
export const periodParameters = {
  from: day('The first day of booking, with `to`. In place of any look back; not with month or year'),
  to: day(`The last day of booking, ${LONGEST_DAYS} days from the first at most`),
};

type Asked = {
  from?: string | undefined;
  to?: string | undefined;
  month?: number | undefined;
  year?: number | undefined;
};

/** The period that a query names, if it names one. Throws INVALID_PARAMS. */
export function readPeriod({ from, to, month, year }: Asked): Period | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined || month !== undefined || year !== undefined)
    throw invalidPeriod();
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > LONGEST_DAYS) throw invalidPeriod();
  return { from, to };
}

/** The instant at which the day after a period begins. */
export const endOf = ({ to }: Period, zone: string) => sql`day_begins_at(${to}::date + 1, ${zone})`;
