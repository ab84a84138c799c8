import { Decimal } from 'decimal.js';
import type { TestApp } from '../support/app.ts';
import { MOVIES } from './history.ts';

export type Sale = {
  at: Date;
  amount: string;
  seats: number;
  status: string;
  movieId: string;
  slotId: number;
  slotName: string;
};
export type Asked = readonly (readonly [name: string, value: string])[];

const LOOK_BACK: Record<string, string> = { daily: '30 days', weekly: '16 weeks', monthly: '12 months' };
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** Revenue as one would work it out by hand: sale by sale, from all of them. */
export async function obviousRevenue(app: TestApp, zone: string, asked: Asked) {
  const query = new Map(asked.filter(([, value]) => value !== ''));
  const sales = (await readSales(app)).filter(({ status }) => status !== 'Pending');
  const since = await instantBefore(app, zone, LOOK_BACK[query.get('timeframe') ?? '']);
  const counted = sales.filter((sale) => {
    const { year, month } = local(sale.at, zone);
    return (
      sale.at >= since &&
      same(query.get('month'), month) &&
      same(query.get('year'), year) &&
      same(query.get('movie_id'), sale.movieId) &&
      same(query.get('slot_id'), sale.slotId) &&
      genreOf(sale).includes(query.get('genre') ?? '')
    );
  });
  const groups = Map.groupBy(counted, (sale) => labelOf(sale, zone, [...query]));
  return {
    ...figures(counted),
    groups: [...groups]
      .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([label, of]) => Object.assign({ label }, figures(of))),
  };
}

const readSales = (app: TestApp) =>
  app.rows<Sale>(`
    select booking_time as at, amount_paid as amount, no_of_seats as seats, booking.status, movie_id as "movieId",
      slot_id as "slotId", slot.name as "slotName"
    from booking join show on show.id = show_id join slot on slot.id = slot_id`);

async function instantBefore(app: TestApp, zone: string, interval: string | undefined): Promise<Date> {
  if (!interval) return new Date(0);
  const [row] = await app.rows<{ at: Date }>(
    `select (now() at time zone '${zone}' - interval '${interval}') at time zone '${zone}' as at`,
  );
  return row?.at ?? new Date(0);
}

const same = (asked: string | undefined, value: string | number) =>
  asked === undefined || asked === String(value);
const movieOf = ({ movieId }: Sale) => MOVIES.find(({ imdbID }) => imdbID === movieId);
const genreOf = (sale: Sale) => movieOf(sale)?.Genre ?? '';

function labelOf(sale: Sale, zone: string, asked: Asked): string {
  const { year, month, day } = local(sale.at, zone);
  const two = (n: number) => String(n).padStart(2, '0');
  const texts: Record<string, string> = {
    daily: `${year}-${two(month)}-${two(day)}`,
    weekly: isoWeek(year, month, day),
    monthly: `${year}-${two(month)}`,
    yearly: String(year),
    all: '',
  };
  const parts = asked.map(([name, value]) => {
    if (name === 'timeframe') return texts[value];
    if (name === 'month') return MONTHS[month - 1];
    if (name === 'movie_id') return movieOf(sale)?.Title ?? sale.movieId;
    return name === 'slot_id' ? sale.slotName : value;
  });
  return parts.filter(Boolean).join(';') || 'All';
}

function local(at: Date, zone: string) {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return { year: parts['year'] ?? 0, month: parts['month'] ?? 0, day: parts['day'] ?? 0 };
}

/** The week of a date's Thursday, in that Thursday's year. */
function isoWeek(year: number, month: number, day: number): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  const weekday = date.getUTCDay() || 7;
  date.setUTCDate(date.getUTCDate() + 4 - weekday);
  const week = Math.ceil(((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

function figures(sales: readonly Sale[]) {
  const amounts = sales.map(({ amount }) => new Decimal(amount)).toSorted((a, b) => a.cmp(b));
  const total = Decimal.sum(0, ...amounts);
  const middle = (n: number) => amounts[n] ?? new Decimal(0);
  const half = Math.floor(amounts.length / 2);
  const median =
    amounts.length % 2
      ? middle(half)
      : middle(half - 1)
          .add(middle(half))
          .div(2);
  const out = (amount: Decimal) => Number(amount.toFixed(2));
  return {
    total_revenue: out(total),
    mean_revenue: out(total.div(Math.max(1, amounts.length))),
    median_revenue: out(amounts.length ? median : new Decimal(0)),
    total_bookings: amounts.length,
    total_seats_booked: sales.reduce((sum, { seats }) => sum + seats, 0),
  };
}
