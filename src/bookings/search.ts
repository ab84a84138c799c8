import { join } from 'sql-template-tag';
import { one, sql, type Sql, type Statement } from '../platform/database/db.ts';
import { bookingOut } from './receipt.ts';
import { BOOKING, isThere, type BookingRow } from './queries.ts';

export type Search = {
  /** A booking's number, a part of a telephone number (four digits or more), or a part of a name; empty for all. */
  query: string;
  date: string | undefined;
  showId: number | undefined;
  limit: number;
  /** Only bookings older than this one. */
  before: number | undefined;
};

// A name stands in no index, so a search looks at no more bookings than this: about a quarter of a year of a full hall.
const LOOKED_AT = 10_000;

/** In the form of JSON. */
type FoundRow = Omit<BookingRow, 'bookedAt' | 'amount'> & {
  bookedAt: string;
  amount: number;
  customerName: string;
  phoneNumber: string;
  username: string | null;
};
type Found = { rows: FoundRow[]; lookedAt: number; oldest: number | null };

/**
 * The matching bookings of customers and walk-ins, newest first. `next`: the `before` that continues the
 * search, which may be set even if nothing was found; null if there are no older bookings.
 */
export async function searchBookings(on: Sql, search: Search) {
  const { rows, lookedAt, oldest } = await readFound(on, search);
  const hasMore = rows.length === search.limit;
  return {
    bookings: rows.map(foundOut),
    next: hasMore ? (rows.at(-1)?.id ?? null) : lookedAt === LOOKED_AT ? oldest : null,
  };
}

const foundOut = ({ customerName, phoneNumber, username, bookedAt, ...row }: FoundRow) => ({
  ...bookingOut({ ...row, amount: String(row.amount), bookedAt: new Date(bookedAt) }),
  customer_name: customerName,
  phone_number: phoneNumber,
  customer_username: username,
});

async function readFound(on: Sql, search: Search): Promise<Found> {
  return one<Found>(
    on,
    sql`
    with looked as materialized (
      select booking.id
      from booking
      where ${narrowed(search)}
      order by booking.id desc
      limit ${LOOKED_AT}
    ),
    found as (
      select ${BOOKING}, booking.customer_username as username,
        coalesce(customer.name, walk_in.name, '') as "customerName",
        coalesce(customer.number, walk_in.number, '') as "phoneNumber"
      from (
        select id from looked
        union
        select id from booking where id = ${numberIn(search.query)} and ${narrowed(search)}
      ) candidate
      join booking on booking.id = candidate.id
      join show on show.id = booking.show_id
      join slot on slot.id = show.slot_id
      left join customertable customer on customer.username = booking.customer_username
      left join admin_booked_customer walk_in on walk_in.booking_id = booking.id
      where ${isThere} and ${matching(search.query)}
      order by booking.id desc
      limit ${search.limit}
    )
    select (select coalesce(json_agg(found order by id desc), '[]') from found) as rows,
      (select count(*) from looked) as "lookedAt",
      (select min(id) from looked) as oldest`,
  );
}

function narrowed({ showId, date, before }: Search): Statement {
  const conditions = [sql`true`];
  if (showId !== undefined) conditions.push(sql`booking.show_id = ${showId}`);
  if (date !== undefined) {
    conditions.push(sql`booking.show_id = any (array(select id from show where show.date = ${date}::date))`);
  }
  if (before !== undefined) conditions.push(sql`booking.id < ${before}`);
  return join(conditions, ' and ');
}

// Fewer digits match nearly every telephone number. Before the last ten stands the code of a country.
const FEWEST_PHONE_DIGITS = 4;
const PHONE_DIGITS = 10;

/** Numbers are looked for in numbers of bookings and telephones, other text in names. */
function matching(query: string): Statement {
  if (query === '') return sql`true`;
  const digits = digitsOf(query);
  if (digits === undefined)
    return sql`${plain(sql`coalesce(customer.name, walk_in.name)`)} ilike ${plain(sql`${like(query)}::text`)}`;
  const isNumber = sql`booking.id = ${numberIn(query)}`;
  if (digits.length < FEWEST_PHONE_DIGITS) return isNumber;
  const number = like(digits.slice(-PHONE_DIGITS));
  return sql`(${isNumber} or coalesce(customer.number, walk_in.number) like ${number})`;
}

// A name keeps the apostrophe that its owner typed, and a keyboard at the counter has another one.
const plain = (name: Statement): Statement => sql`translate(${name}, '’ʻʼ', '''''''')`;

// Neither a telephone number with its country nor an id that is a safe integer has more.
const MOST_DIGITS = 15;

/** The digits of a number as it is written for people: `#12`, `98765 43210`, `+91 (98765) 43210`. */
function digitsOf(query: string): string | undefined {
  const digits = query.replaceAll(/\D/g, '');
  const isNumber = /^[#+]?[\d\s()-]+$/.test(query) && digits.length > 0 && digits.length <= MOST_DIGITS;
  return isNumber ? digits : undefined;
}

function numberIn(query: string): number | null {
  const digits = digitsOf(query);
  return digits === undefined ? null : Number(digits);
}
const like = (text: string) => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
