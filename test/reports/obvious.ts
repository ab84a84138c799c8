import assert from 'node:assert/strict';
import { Decimal } from 'decimal.js';
import type { TestApp } from '../support/app.ts';
import { MOVIES } from './history.ts';

export type Sale = {
  at: Date;
  amount: string;
  seats: number;
  movieId: string;
  slotId: number;
  slotName: string;
};
type LocalSale = Sale & { year: number; month: number; day: number };
export type Asked = readonly (readonly [name: string, value: string])[];
export type History = { sales: LocalSale[]; since: Record<string, Date> };

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

const QUESTIONS: Asked[] = [
  [],
  [['timeframe', 'monthly']],
  [['timeframe', 'daily']],
  [
    ['timeframe', 'yearly'],
    ['slot_id', '3'],
  ],
  [
    ['movie_id', 'tt1'],
    ['timeframe', 'monthly'],
  ],
];

/** Fails where the app's reports are not what the sales say. */
export async function agrees(app: TestApp, zone: string, after: string): Promise<void> {
  const history = await readHistory(app, zone);
  for (const asked of QUESTIONS) {
    const query = asked.map(([name, value]) => `${name}=${value}`).join('&');
    const { data } = await app.get(`/revenue?${query}`, { as: app.admin });
    assert.deepEqual(data, obviousRevenue(history, asked), `${query} after ${after}`);
  }
}

/** All that was sold, with the days on the wall of the cinema. */
export async function readHistory(app: TestApp, zone: string): Promise<History> {
  const sales = await app.rows<Sale>(`
    select booking_time as at, amount_paid as amount, no_of_seats as seats, movie_id as "movieId",
      slot_id as "slotId", slot.name as "slotName"
    from booking join show on show.id = show_id join slot on slot.id = slot_id
    where booking.status <> 'Pending'`);
  const ago = (interval: string) =>
    `(now() at time zone '${zone}' - interval '${interval}') at time zone '${zone}'`;
  const [since = {}] = await app.rows<Record<string, Date>>(`
    select ${ago('30 days')} as daily, ${ago('16 weeks')} as weekly, ${ago('12 months')} as monthly`);
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const wall = new Intl.DateTimeFormat('en', { timeZone: zone, ...numeric });
  const onTheWall = (sale: Sale): LocalSale => {
    const parts = wall.formatToParts(sale.at).map(({ type, value }) => [type, Number(value)]);
    return { ...sale, ...(Object.fromEntries(parts) as { year: number; month: number; day: number }) };
  };
  return { sales: sales.map((sale) => onTheWall(sale)), since };
}

/** Revenue as one would work it out by hand: sale by sale, from all of them. */
export function obviousRevenue({ sales, since }: History, asked: Asked) {
  const query = new Map(asked.filter(([, value]) => value !== ''));
  const lookBack = query.has('from') ? undefined : since[query.get('timeframe') ?? ''];
  const from = lookBack ?? new Date(-8.64e15);
  const counted = sales.filter(
    (sale) =>
      sale.at >= from &&
      (query.get('from') ?? dayOf(sale)) <= dayOf(sale) &&
      dayOf(sale) <= (query.get('to') ?? dayOf(sale)) &&
      same(query.get('month'), sale.month) &&
      same(query.get('year'), sale.year) &&
      same(query.get('movie_id'), sale.movieId) &&
      same(query.get('slot_id'), sale.slotId) &&
      genreOf(sale).includes(query.get('genre') ?? ''),
  );
  const groups = Map.groupBy(counted, (sale) => labelOf(sale, [...query]));
  return {
    ...figures(counted),
    groups: [...groups]
      .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([label, of]) => Object.assign({ label }, figures(of))),
  };
}

const same = (asked: string | undefined, value: string | number) =>
  asked === undefined || asked === String(value);
const movieOf = ({ movieId }: Sale) => MOVIES.find(({ imdbID }) => imdbID === movieId);
const genreOf = (sale: Sale) => movieOf(sale)?.Genre ?? '';

const two = (n: number) => String(n).padStart(2, '0');
const dayOf = ({ year, month, day }: LocalSale) => `${year}-${two(month)}-${two(day)}`;

function labelOf(sale: LocalSale, asked: Asked): string {
  const { year, month, day } = sale;
  const texts: Record<string, string> = {
    daily: dayOf(sale),
    weekly: isoWeek(year, month, day),
    monthly: dayOf(sale).slice(0, -3),
    yearly: String(year),
    all: '',
  };
  const parts = asked.map(([name, value]) => {
    if (name === 'from' || name === 'to') return '';
    if (name === 'timeframe') return texts[value];
    if (name === 'month') return MONTHS[month - 1];
    if (name === 'movie_id') return movieOf(sale)?.Title ?? sale.movieId;
    return name === 'slot_id' ? sale.slotName : value;
  });
  return parts.filter(Boolean).join(';') || 'All';
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
