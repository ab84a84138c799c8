import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TicketKey } from './keys.ts';

/** What a ticket says, each a single line of text. */
export type Ticket = {
  bookingId: number;
  customer: string;
  phone: string;
  movie: string;
  /** YYYY-MM-DD and 12-hour, both the cinema's. */
  date: string;
  time: string;
  seats: string;
  amount: string;
  paymentType: string;
  status: string;
  isPaid: boolean;
};
/** What a scanned text is worth; the booking's id also where the text is forged, if it can be read. */
export type ReadTicket = { bookingId: number | undefined; isGood: boolean };

const HEADING = /^SKYFOX BOOKING #(\d{1,15})$/;
const SIGNATURE = /^Signature: ([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{43})$/;
const NOT_PAID = 'NOT PAID';
// No ticket comes near it; what is longer is not worth a computation.
const LONGEST = 8_192;

/** The text of a ticket. Its last line signs all the others, in the key's name. */
export function ticketText(ticket: Ticket, key: TicketKey): string {
  const facts = [
    `SKYFOX BOOKING #${ticket.bookingId}`,
    `Customer: ${ticket.customer}`,
    `Phone: ${ticket.phone}`,
    `Movie: ${ticket.movie}`,
    `Date: ${ticket.date}`,
    `Time: ${ticket.time}`,
    `Seats: ${ticket.seats}`,
    `Amount: INR ${ticket.amount}`,
    `Payment Type: ${ticket.paymentType}`,
    `Status: ${ticket.status}${ticket.isPaid ? '' : ` - ${NOT_PAID}`}`,
  ].join('\n');
  return `${facts}\nSignature: ${key.id}.${sign(facts, key)}`;
}

/**
 * Judges a scanned text by itself, so that a ticket printed before its customer changed name, or before the check-in,
 * stays good. Scanners may end lines and text in their own way.
 */
export function readTicket(text: string, keys: readonly TicketKey[]): ReadTicket {
  if (text.length > LONGEST) return { bookingId: undefined, isGood: false };
  const lines = text.replaceAll(/\r\n?/g, '\n').trimEnd().split('\n');
  const number = HEADING.exec(lines[0] ?? '')?.[1];
  const bookingId = number === undefined ? undefined : Number(number);
  const facts = lines.slice(0, -1);
  const [, id, signature = ''] = SIGNATURE.exec(lines.at(-1) ?? '') ?? [];
  const isSigned = keys.some((key) => key.id === id && isSame(sign(facts.join('\n'), key), signature));
  const isPaid = facts.at(-1)?.endsWith(NOT_PAID) === false;
  return { bookingId, isGood: bookingId !== undefined && isSigned && isPaid };
}

const sign = (facts: string, { secret }: TicketKey) =>
  createHmac('sha256', secret).update(facts).digest('base64url');

// Compared as text: two spellings of base64url may stand for the same bytes.
const isSame = (ours: string, theirs: string) =>
  ours.length === theirs.length && timingSafeEqual(Buffer.from(ours), Buffer.from(theirs));

const LONGEST_LINE = 120;

/** A neighbour's text as one line: no control or direction marks, which could add a line or hide one. */
export function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069\s]+/gu, ' ')
    .trim();
  const letters = Array.from(line);
  return letters.length <= LONGEST_LINE ? line : `${letters.slice(0, LONGEST_LINE - 3).join('')}...`;
}
