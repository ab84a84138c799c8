import { sql } from '../platform/database/db.ts';

export type BookingStatus = 'Pending' | 'Confirmed' | 'CheckedIn';

/** Whether a booking of this status is paid for. The two conditions below say the same to the database. */
export const isPaid = (status: BookingStatus): boolean => status === 'Confirmed' || status === 'CheckedIn';

/** Condition on a row of `booking`: it is paid for. */
export const paid = sql`booking.status in ('Confirmed', 'CheckedIn')`;

/**
 * The same condition for bookings that are found by id. It compares as text to keep the planner off the index
 * on the status. That index holds nearly every booking, and the planner reads all of it when it has no
 * statistics: before the first ANALYZE, or after a restore.
 */
export const paidAsText = sql`booking.status::text in ('Confirmed', 'CheckedIn')`;
