import { join } from 'sql-template-tag';
import { sql, type Statement } from '../platform/database/db.ts';
import { paid } from '../bookings/bookings.ts';
import { endOf, type Period } from './period.ts';
import { isOfSomeShows, isOnCalendars, ofShows, type ShowFilter } from './queries.ts';

export type BookingFilter = ShowFilter & {
  month: number | undefined;
  year: number | undefined;
  period: Period | undefined;
  zone: string;
};
/** For Excel: marked as UTF-8, and with telephone numbers that it takes for text, so that they keep their zeros. */
export type BookingFormat = { excel: boolean };

type Wanted = BookingFilter & BookingFormat;

/** The columns of the file, in order. A column without a value is an empty cell. */
const columns = ({ zone, excel }: Wanted): [heading: string, value: Statement][] => [
  ['Booking ID', sql`id`],
  ['Show ID', sql`show_id`],
  ['Show Date', sql`date`],
  ['Customer Name', cell(sql`name`)],
  ['Phone Number', excel ? textForExcel(sql`number`) : sql`number`],
  ['Number of Seats', sql`no_of_seats`],
  ['Amount Paid', sql`amount_paid`],
  ['Payment Type', sql`payment_type`],
  ['Booking Time', wallClock(zone)],
  ['Status', sql`status`],
];

const BYTE_ORDER_MARK = '\uFEFF';

/** What stands before the bookings. */
export const headings = (wanted: Wanted) =>
  `${wanted.excel ? BYTE_ORDER_MARK : ''}${columns(wanted)
    .map(([heading]) => heading)
    .join()}\n`;

/**
 * A line of CSV for each paid booking, newest first. PostgreSQL writes the lines after it has sorted the bookings
 * (`offset 0` keeps the two apart), since a library here takes ten times this process's time (decision 81). `format`
 * writes an empty cell for null. Only a name can hold what CSV or a spreadsheet would misread; a column that can as well
 * goes through `cell`.
 */
export function bookingLines(wanted: Wanted): Statement {
  const { month, year, period, zone } = wanted;
  const values = columns(wanted).map(([, value]) => value);
  return sql`
  select format(${values.map(() => '%s').join()}, ${join(values)})
  from (
    select booking.id, booking.show_id, coalesce(show.date, booking.date) as date,
      coalesce(customer.name, walk_in.name) as name, coalesce(customer.number, walk_in.number) as number,
      booking.no_of_seats, booking.amount_paid, booking.payment_type, booking.booking_time, booking.status
    from booking
    left join show on show.id = booking.show_id
    left join customertable customer on customer.username = booking.customer_username
    left join admin_booked_customer walk_in on walk_in.id = booking.customer_id
    where ${paid}
      and ${year === undefined ? sql`true` : within(year, month, zone)}
      and ${period === undefined ? sql`true` : during(period, zone)}
      and ${isOfSomeShows(wanted) ? sql`booking.show_id in (select id from show where ${ofShows(wanted)})` : sql`true`}
      and ${month === undefined ? sql`true` : sql`extract(month from ${onWall(zone)}) = ${month}`}
    order by booking.booking_time desc, booking.id desc
    offset 0
  ) booking`;
}

/** The time of booking in the cinema's zone; null for a time that no calendar has. */
const onWall = (zone: string) => {
  const bookedAt = sql`booking.booking_time`;
  return sql`(case when ${isOnCalendars(bookedAt)} then ${bookedAt} end at time zone ${zone})`;
};

/** To the second. */
const wallClock = (zone: string) => sql`left(${onWall(zone)}::text, 19)`;

// The range is what an index can find.
const within = (year: number, month: number | undefined, zone: string) => {
  const from = `${String(year).padStart(4, '0')}-${String(month ?? 1).padStart(2, '0')}-01`;
  return sql`
    booking.booking_time >= day_begins_at(${from}::date, ${zone})
    and booking.booking_time < day_begins_at((${from}::date + ${month ? '1 month' : '1 year'}::interval)::date, ${zone})`;
};

const during = (period: Period, zone: string) => sql`
    booking.booking_time >= day_begins_at(${period.from}::date, ${zone})
    and booking.booking_time < ${endOf(period, zone)}`;

/** Quoted where RFC 4180 asks for it, and after an apostrophe where a spreadsheet would take it for a formula. */
const cell = (text: Statement) => sql`
    case
      when ${text} !~ '["\\r\\n,]|^[-=+@\\t]' then ${text}
      else (
        select case when tame ~ '["\\r\\n,]' then '"' || replace(tame, '"', '""') || '"' else tame end
        from (select case when ${text} ~ '^[-=+@\\t\\r]' then '''' || ${text} else ${text} end) harmless (tame)
      )
    end`;

/** The formula ="DIGITS", quoted for CSV: a number alone would lose its zeros. */
const textForExcel = (digits: Statement) => sql`
    case when ${digits} = '' then '' else '"=""' || ${digits} || '"""' end`;
