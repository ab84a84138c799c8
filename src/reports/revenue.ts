import type { Movies } from '../movies/movies.ts';
import type { Pool } from '../platform/database/db.ts';
import { Decimal, moneyOut } from '../platform/money.ts';
import { monthName } from './calendar.ts';
import { findMovies } from './movie-filter.ts';
import { listRevenue, type RevenueRow } from './queries.ts';
import type { Part, Question } from './question.ts';

export type RevenueNeeds = { reports: Pool; movies: Movies; zone: string };

/** Sums, means and medians of what was paid for, over all and by group. Throws MOVIE_SERVICE_UNAVAILABLE. */
export async function revenue({ reports, movies, zone }: RevenueNeeds, question: Question) {
  const { movieName, movieIds } = await findMovies(movies, question);
  const rows = await listRevenue(reports, { ...question, movieIds, zone });
  const total = rows.find(({ span }) => span === null);
  const groupOf = (row: RevenueRow) => ({ label: labelOf(row, question, movieName), ...figures(row) });
  return {
    ...(total ? figures(total) : NOTHING),
    groups: rows.filter(({ span }) => span !== null).map(groupOf),
  };
}

const NOTHING = {
  total_revenue: 0,
  mean_revenue: 0,
  median_revenue: 0,
  total_bookings: 0,
  total_seats_booked: 0,
};

const figures = ({ revenue, median, bookings, seats }: RevenueRow) => ({
  total_revenue: moneyOut(revenue),
  mean_revenue: moneyOut(new Decimal(revenue).div(bookings)),
  median_revenue: moneyOut(median),
  total_bookings: bookings,
  total_seats_booked: seats,
});

function labelOf({ span, slotName }: RevenueRow, question: Question, movieName = ''): string {
  const { genre = '', month = 0, year } = question;
  const texts: Record<Part, string> = {
    timeframe: span ?? '',
    month: monthName(month),
    year: String(year),
    movie_id: movieName,
    slot_id: slotName ?? '',
    genre,
  };
  return question.parts.map((part) => texts[part]).join(';') || 'All';
}
