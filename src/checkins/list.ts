import { one, sql, type Sql, type Statement } from '../platform/database/db.ts';
import { shared } from '../platform/database/shared.ts';

export type Filter = {
  showId: number | undefined;
  date: string | undefined;
  limit: number | undefined;
  /** Only bookings older than this one. */
  before: number | undefined;
};
/** `json`: the rows without brackets, as bytes, so they are encoded once for all readers. */
type Page = { json: Buffer; rows: number; lastId: number | null };

const PAGE_ROWS = 2_000;
const COMMA = Buffer.from(',');

/**
 * The Confirmed bookings, newest first, as JSON without brackets. A list longer than a page comes in pieces.
 * One statement reads each piece when it is needed, so a long list holds neither memory nor a connection.
 * Several doors of a cinema ask for the same list at the same moment; one statement answers all of them.
 */
export function createList(on: Sql): (filter: Filter) => Promise<Buffer | AsyncIterable<Buffer>> {
  const readFirst = shared((filter: string) => readPage(on, JSON.parse(filter) as Filter));
  return async (filter) => {
    const first = await readFirst(JSON.stringify(filter));
    const isAll = first.rows < PAGE_ROWS || first.rows === filter.limit || first.lastId === null;
    return isAll ? first.json : readOn(on, filter, first);
  };
}

async function* readOn(on: Sql, filter: Filter, first: Page): AsyncGenerator<Buffer> {
  yield first.json;
  let left = (filter.limit ?? Number.POSITIVE_INFINITY) - first.rows;
  for (let page = first; page.rows === PAGE_ROWS && page.lastId !== null && left > 0;) {
    page = await readPage(on, { ...filter, limit: left, before: page.lastId });
    left -= page.rows;
    if (page.rows > 0) yield Buffer.concat([COMMA, page.json]);
  }
}

/** A page's rows, written as JSON by the database: by `format`, as `row_to_json` took twice as long for the whole page. */
async function readPage(on: Sql, filter: Filter): Promise<Page> {
  const { limit = PAGE_ROWS } = filter;
  const { json, ...page } = await one<Omit<Page, 'json'> & { json: string }>(
    on,
    sql`
    with page as (
      select id, to_char(date, 'YYYY-MM-DD"T00:00:00Z"') as date, show_id, customer_id, customer_username,
        no_of_seats, amount_paid::numeric(10, 2) as amount_paid, status,
        to_char(booking_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as booking_time, payment_type
      from booking
      where booking.status = 'Confirmed'
        ${narrowed(filter)}
      order by booking.booking_time desc, booking.id desc
      limit ${Math.min(limit, PAGE_ROWS)}
    )
    select coalesce(string_agg(format(
        '{"id":%s,"date":"%s","show_id":%s,"customer_id":%s,"customer_username":%s,"no_of_seats":%s,'
        '"amount_paid":"%s","status":"%s","booking_time":"%s","payment_type":"%s"}',
        id, date, coalesce(show_id::text, 'null'), coalesce(customer_id::text, 'null'),
        coalesce(to_json(customer_username)::text, 'null'), no_of_seats, amount_paid, status, booking_time,
        payment_type
      ), ','), '') as json,
      count(*) as rows, (array_agg(id))[count(*)] as "lastId"
    from page`,
  );
  return { ...page, json: Buffer.from(json) };
}

const narrowed = ({ showId, date, before }: Filter): Statement => sql`
  ${showId === undefined ? sql`` : sql`and booking.show_id = ${showId}`}
  ${date === undefined ? sql`` : sql`and booking.date = ${date}::date`}
  ${before === undefined ? sql`` : sql`and (booking.booking_time, booking.id) < (${timeOf(before)}, ${before})`}`;

const timeOf = (bookingId: number) => sql`(select booking_time from booking where id = ${bookingId})`;
