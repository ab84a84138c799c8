import { sql, type Statement } from '../platform/database/db.ts';
import { isOnCalendars, paid } from './queries.ts';

export type BookingFilter = { month: number | undefined; year: number | undefined; zone: string };
/** For Excel: marked as UTF-8, and with telephone numbers that it takes for text, so that they keep their zeros. */
export type BookingFormat = { excel: boolean };

const HEADER =
  'Booking ID,Show ID,Show Date,Customer Name,Phone Number,Number of Seats,Amount Paid,Payment Type,Booking Time,Status';

const BYTE_ORDER_MARK = '\uFEFF';

export const heading = ({ excel }: BookingFormat) => `${excel ? BYTE_ORDER_MARK : ''}${HEADER}\n`;

/**
 * A line of CSV for each booking that is paid for, newest first. PostgreSQL writes the lines, after it has sorted the
 * bookings (`offset 0` keeps the two apart), and this process passes them on; of the columns a name alone can hold
 * what CSV or a spreadsheet would misread.
 */
export const bookingLines = ({ month, year, zone, excel }: BookingFilter & BookingFormat): Statement => sql`
  select concat_ws(',', id, coalesce(show_id::text, ''), date, ${cell(sql`name`)},
    ${excel ? textForExcel(sql`number`) : sql`number`}, no_of_seats, amount_paid,
    payment_type, ${wallClock(zone)}, status)
  from (
    select booking.id, booking.show_id, coalesce(show.date, booking.date) as date,
      coalesce(customer.name, walk_in.name, '') as name, coalesce(customer.number, walk_in.number, '') as number,
      booking.no_of_seats, booking.amount_paid, booking.payment_type, booking.booking_time, booking.status
    from booking
    left join show on show.id = booking.show_id
    left join customertable customer on customer.username = booking.customer_username
    left join admin_booked_customer walk_in on walk_in.id = booking.customer_id
    where ${paid}
      and ${year === undefined ? sql`true` : within(year, month, zone)}
      and ${month === undefined ? sql`true` : sql`extract(month from case when ${isOnCalendars(bookedAt)} then ${bookedAt} end at time zone ${zone}) = ${month}`}
    order by booking.booking_time desc, booking.id desc
    offset 0
  ) booking`;

const bookedAt = sql`booking.booking_time`;

/** To the second; empty for a time that no calendar has. */
const wallClock = (zone: string) => sql`
    coalesce(left((case when ${isOnCalendars(bookedAt)} then ${bookedAt} end at time zone ${zone})::text, 19), '')`;

// The range is what an index can find.
const within = (year: number, month: number | undefined, zone: string) => {
  const from = `${String(year).padStart(4, '0')}-${String(month ?? 1).padStart(2, '0')}-01`;
  return sql`
    booking.booking_time >= day_begins_at(${from}::date, ${zone})
    and booking.booking_time < day_begins_at((${from}::date + ${month ? '1 month' : '1 year'}::interval)::date, ${zone})`;
};

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
