import { sql, type Statement } from '../platform/database/db.ts';

/** `order by` a seat's number: A9 before A10. */
export const bySeatNumber = (seat: Statement): Statement => sql`left(${seat}, 1), length(${seat}), ${seat}`;

/** The same order outside the database. */
export const inSeatOrder = (seats: readonly string[]): string[] =>
  seats.toSorted(
    (a, b) => a.charCodeAt(0) - b.charCodeAt(0) || a.length - b.length || (a < b ? -1 : Number(a > b)),
  );
