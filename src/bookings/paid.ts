import { sql } from '../platform/database/db.ts';

export type BookingStatus = 'Pending' | 'Confirmed' | 'CheckedIn';

/** Whether a booking of this status is paid for. The two conditions below say the same to the database. */
export const isPaid = (status: BookingStatus): boolean => status === 'Confirmed' || status === 'CheckedIn';

/** Condition on a row of `booking`: it is paid for. */
export const paid = sql`booking.status in ('Confirmed', 'CheckedIn')`;

/**
 * The same where bookings are found by their ids. As text, because the index on the status, which holds nearly every
 * booking, is read whole where the planner knows little of the table: before its first ANALYZE, or after a restore.
 */
export const paidAsText = sql`booking.status::text in ('Confirmed', 'CheckedIn')`;
