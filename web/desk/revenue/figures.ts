import type { Revenue } from '../../api/office-routes.ts';
import { toPaise } from '../../text/formats.ts';
import { datesOf, type Days } from './period.ts';

export type Figures = { paise: number; bookings: number; seats: number };
export type Totals = Figures & { meanPaise: number; medianPaise: number };
/** A day, and the day that it is compared with; a month may be longer than the one before. */
export type DayFigures = { date: string; figures: Figures; before: (Figures & { date: string }) | undefined };

const NOTHING: Figures = { paise: 0, bookings: 0, seats: 0 };

/** The figures of each day, nothing sold included. Parts of a group's label other than its day are the filter's. */
export function byDay({ groups }: Pick<Revenue, 'groups'>, days: Days): (Figures & { date: string })[] {
  const found = new Map(groups.map((group) => [group.label.slice(0, 10), group]));
  return datesOf(days).map((date) => {
    const group = found.get(date);
    return {
      date,
      paise: toPaise(group?.total_revenue ?? 0),
      bookings: group?.total_bookings ?? 0,
      seats: group?.total_seats_booked ?? 0,
    };
  });
}

/** The figures of a whole answer, or of one day in it. */
export function wholeOf(revenue: Revenue, day: string | undefined): Totals {
  const of = day === undefined ? revenue : revenue.groups.find(({ label }) => label.startsWith(day));
  return {
    paise: toPaise(of?.total_revenue ?? 0),
    bookings: of?.total_bookings ?? 0,
    seats: of?.total_seats_booked ?? 0,
    meanPaise: toPaise(of?.mean_revenue ?? 0),
    medianPaise: toPaise(of?.median_revenue ?? 0),
  };
}

/** The days side by side, the first with the first. */
export function sideBySide(
  now: readonly (Figures & { date: string })[],
  before: readonly (Figures & { date: string })[],
): DayFigures[] {
  return now.map(({ date, ...figures }, at) => ({ date, figures, before: before[at] }));
}

export const sum = (figures: readonly Figures[]): Figures =>
  figures.reduce(
    (total, { paise, bookings, seats }) => ({
      paise: total.paise + paise,
      bookings: total.bookings + bookings,
      seats: total.seats + seats,
    }),
    NOTHING,
  );

/**
 * What the period before brought, to be compared with this one: all its days, of which a longer month has more than this
 * one; while this period is not over, the same days up to today.
 */
export function comparable(
  days: readonly DayFigures[],
  allBefore: readonly Figures[],
  today: string,
): Figures {
  if (days.every(({ date }) => date <= today)) return sum(allBefore);
  return sum(days.flatMap(({ date, before }) => (before && date <= today ? [before] : [])));
}

/** By how many per cent a figure has changed, rounded; undefined where there was nothing. */
export const percentChange = (now: number, before: number): number | undefined =>
  before === 0 ? undefined : Math.round(((now - before) / before) * 100);
