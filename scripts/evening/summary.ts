import type { Audit } from './books.ts';
import { takingsOf, type Tally } from './tally.ts';

const rupees = (amount: number) =>
  amount.toLocaleString('en-IN', { style: 'currency', currency: 'INR', minimumFractionDigits: 2 });

/** The summary of an evening, for people. */
export function describeEvening(tally: Tally, { faults, unknown, others }: Audit): string {
  const { Card, Wallet, Cash, seats, total } = takingsOf(tally.sold);
  const { already, forged, tooEarly, other } = tally.refusedAtDoor;
  const lines = [
    `sold         ${tally.sold.length} bookings, ${seats} seats: ${Card.bookings} by card, ${Wallet.bookings} from the wallet, ${Cash.bookings} for cash`,
    `takings      ${rupees(total)}: card ${rupees(Card.amount)}, wallet ${rupees(Wallet.amount)}, cash ${rupees(Cash.amount)}`,
    `declined     ${tally.declined} payments; ${tally.mistyped} with a mistyped card`,
    `expired      ${tally.expired.length} holds; ${tally.cancelled.length} cancelled`,
    `turned away  ${tally.turnedAway} parties, for want of seats`,
    `checked in   ${tally.checkedIn.length} bookings; not let in: ${already} used tickets, ${forged} forged, ${tooEarly} too early, ${other} for other reasons`,
    `unknown      ${unknown.length} payments, on purpose: the gateway charged and did not say so`,
    ...unknown.map(
      ({ id, bookingId, amount, customer }) =>
        `             attempt ${id}: booking ${bookingId} of ${customer}, ${rupees(Number(amount))}; to settle it: npm run reconcile -- --resolve ${id} refunded`,
    ),
    faults.length === 0 ? 'books        agree with all of this' : 'books        do NOT agree:',
    ...faults.map((fault) => `             ${fault}`),
    ...(others === 0 ? [] : [`             reconcile lists ${others} more, which others did meanwhile`]),
    ...tally.surprises.map((surprise) => `surprise     ${surprise}`),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}
