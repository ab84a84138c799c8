import { bookingNotFound, isPaid } from '../bookings/bookings.ts';
import type { Movies } from '../movies/movies.ts';
import type { Faults } from '../platform/process/faults.ts';
import type { Sql } from '../platform/database/db.ts';
import type { Identity } from '../platform/http/http.ts';
import { someoneElses } from './errors.ts';
import { openTicketKeys, type TicketKey } from './keys.ts';
import { createPrintQueue, type TicketKind } from './print-queue.ts';
import { findTicket, type TicketRow } from './queries.ts';
import { oneLine, readTicket, ticketText, type ReadTicket, type Ticket } from './text.ts';

export type Tickets = {
  /** A booking's ticket as base64. Throws BOOKING_NOT_FOUND, FORBIDDEN, and a 503 while too many are being made. */
  print(kind: TicketKind, bookingId: number, user: Pick<Identity, 'username' | 'role'>): Promise<string>;
  /** Whether a scanned text is a paid ticket of ours, unaltered. The check-in compares it with the booking. */
  read(text: string): ReadTicket;
  close(): Promise<void>;
};
export type TicketNeeds = {
  on: Sql;
  movies: Movies;
  configuredKeys: readonly TicketKey[] | undefined;
  faults: Faults;
};

export async function openTickets({ on, movies, configuredKeys, faults }: TicketNeeds): Promise<Tickets> {
  const keys = await openTicketKeys(on, configuredKeys);
  const queue = createPrintQueue(faults);
  return {
    async print(kind, bookingId, user) {
      const row = await findTicket(on, bookingId);
      if (!row) throw bookingNotFound();
      if (user.role === 'customer' && row.username !== user.username) throw someoneElses();
      const ticket = describe(row, await movieName(movies, row.movieId));
      return queue.print({ kind, ticket, text: ticketText(ticket, keys[0]), bookedAt: row.bookedAt });
    },
    read: (text) => readTicket(text, keys),
    close: () => queue.close(),
  };
}

/** The movie's name, or its id while the movie service fails, so that a customer gets the ticket all the same. */
async function movieName(movies: Movies, movieId: string): Promise<string> {
  const movie = await movies.find(movieId).catch(() => undefined);
  return oneLine(movie?.name ?? '') || movieId;
}

function describe(row: TicketRow, movie: string): Ticket {
  const hasPaid = isPaid(row.status);
  return {
    bookingId: row.id,
    customer: oneLine(row.customerName ?? ''),
    phone: oneLine(row.phoneNumber ?? ''),
    movie,
    date: row.date,
    time: row.time,
    seats: row.seats.join(', '),
    amount: row.amount,
    paymentType: hasPaid ? row.paymentType : 'None yet',
    status: row.status,
    isPaid: hasPaid,
    nonce: row.nonce,
  };
}
