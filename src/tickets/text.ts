import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TicketKey } from './keys.ts';
import { readings } from './scanned.ts';

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
  /** The booking's `ticket_nonce`. */
  nonce: string | null;
};
/** Whether a scanned text is a good ticket. A bad one may still name its booking. */
export type ReadTicket =
  | { isGood: true; bookingId: number; nonce: string | null }
  | { isGood: false; bookingId: number | undefined; reason: 'forged' | 'not_paid' };

const HEADING = /^SKYFOX BOOKING #(\d{1,15})$/;
const NONCE = /^Ticket: ([A-Za-z0-9_-]{22})(?: –)?$/;
const STATUS = /^Status: /;
const SIGNATURE = /^Signature: ([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{43})$/;
const NOT_PAID = 'NOT PAID';
// No ticket comes near this length. A longer text is refused without computing its signature.
const LONGEST = 8_192;

/** The text of a ticket. Its last line signs all the others, in the key's name. */
export function ticketText(ticket: Ticket, key: TicketKey): string {
  const lines = [
    `SKYFOX BOOKING #${ticket.bookingId}`,
    `Customer: ${ticket.customer}`,
    `Phone: ${ticket.phone}`,
    `Movie: ${ticket.movie}`,
    `Date: ${ticket.date}`,
    `Time: ${ticket.time}`,
    `Seats: ${ticket.seats}`,
    `Amount: INR ${ticket.amount}`,
    `Payment Type: ${ticket.paymentType}`,
  ];
  if (ticket.nonce !== null) lines.push(`Ticket: ${shortened(ticket.nonce)}${signOfUtf8(lines)}`);
  lines.push(`Status: ${ticket.status}${ticket.isPaid ? '' : ` - ${NOT_PAID}`}`);
  const facts = lines.join('\n');
  return `${facts}\nSignature: ${key.id}.${sign(facts, key)}`;
}

/**
 * Judges a scanned text by itself, so that a ticket stays good when its customer changes name after it was printed.
 * The check-in compares its nonce with that of the booking.
 */
export function readTicket(scanned: string, keys: readonly TicketKey[]): ReadTicket {
  let bookingId: number | undefined;
  if (scanned.length > LONGEST) return { isGood: false, bookingId, reason: 'forged' };
  for (const text of readings(scanned)) {
    const ticket = readText(text, keys);
    bookingId ??= ticket.bookingId;
    if (ticket.isGood || ticket.reason !== 'forged') return ticket;
  }
  return { isGood: false, bookingId, reason: 'forged' };
}

function readText(text: string, keys: readonly TicketKey[]): ReadTicket {
  const lines = text.split('\n');
  const number = HEADING.exec(lines[0] ?? '')?.[1];
  const bookingId = number === undefined ? undefined : Number(number);
  const facts = lines.slice(0, -1);
  const [, id, signature = ''] = SIGNATURE.exec(lines.at(-1) ?? '') ?? [];
  const isSigned = keys.some((key) => key.id === id && isSame(sign(facts.join('\n'), key), signature));
  const status = facts.at(-1) ?? '';
  if (bookingId === undefined || !isSigned || !STATUS.test(status))
    return { isGood: false, bookingId, reason: 'forged' };
  if (status.endsWith(NOT_PAID)) return { isGood: false, bookingId, reason: 'not_paid' };
  const nonce = NONCE.exec(facts.at(-2) ?? '')?.[1];
  return { isGood: true, bookingId, nonce: nonce === undefined ? null : asUuid(nonce) };
}

/**
 * A dash whose bytes, with the end of the line, mean nothing in Shift JIS, Big5 or Latin-1. It keeps a scanner from
 * reading "Zoë" in one of those, so that the code need not announce UTF-8 (qr-code.ts).
 */
const signOfUtf8 = (lines: string[]) => (/^\p{ASCII}*$/u.test(lines.join('')) ? '' : ' –');

/** A UUID's 16 bytes in 22 letters, which keeps the code small. */
const shortened = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');

const asUuid = (nonce: string) =>
  Buffer.from(nonce, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const sign = (facts: string, { secret }: TicketKey) =>
  createHmac('sha256', secret).update(facts).digest('base64url');

// Compared as text: two spellings of base64url may stand for the same bytes.
const isSame = (ours: string, theirs: string) =>
  ours.length === theirs.length && timingSafeEqual(Buffer.from(ours), Buffer.from(theirs));

const LONGEST_LINE = 120;
const LETTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A neighbour's text as one line: no control or direction marks, which could add a line or hide one. */
export function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\s]+/gu, ' ')
    .trim();
  return cut(line);
}

/** At most this many code points, and no letter without its marks. */
function cut(line: string): string {
  let cutAt = 0;
  let letters = 0;
  // Text far behind the cut need not be split into letters.
  for (const { index, segment } of LETTERS.segment(line.slice(0, 4 * LONGEST_LINE))) {
    letters += Array.from(segment).length;
    if (letters <= LONGEST_LINE - 3) cutAt = index + segment.length;
    if (letters > LONGEST_LINE) return `${line.slice(0, cutAt) || oneLetter(line)}...`;
  }
  return line;
}

// Marks without end on one letter.
const oneLetter = (line: string) =>
  Array.from(line)
    .slice(0, LONGEST_LINE - 3)
    .join('');
