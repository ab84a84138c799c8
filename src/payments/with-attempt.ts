import type { Decimal } from 'decimal.js';
import type { Attempt } from './attempts.ts';
import { beginAttempt, type Beginning } from './begin-attempt.ts';
import type { Card } from './card.ts';
import type { Gateway } from './gateway.ts';
import type { Unsettled } from './late-charges.ts';
import { lastCheck, startLease } from './lease.ts';
import type { Outcome } from './outcome.ts';
import { writeOutcome, type WriteNeeds } from './write-outcome.ts';

export type ChargeNeeds = WriteNeeds & { gateway: Gateway; paymentTimeoutSeconds: number };

/** A card is to be charged. */
export type ToCharge = { kind: 'charge'; attempt: Attempt; amount: Decimal };
/** A card was charged, or could not be. */
export type Charged = { attempt: Attempt; amount: Decimal; outcome: Outcome };

/** What is bought with a charge: the transactions before and after it. */
export type Purchase<Done> = {
  /** For the log. */
  bookingId?: number;
  /** Writes the attempt, or does without a charge. Throws `paymentsBusy` where there is no room. */
  begin: (beginning: Beginning) => Promise<ToCharge | Done>;
  /** Closes an attempt that was not sent to the gateway, if it was ever written. */
  cancel: (attemptId: string) => Promise<void>;
  /** Writes the outcome with its effect; a second time it changes nothing. */
  settle: (charged: Charged) => Promise<Done | Unsettled>;
  /** Lists the charge for the operator, where the database refuses its effect. */
  leave: (charged: Charged) => Promise<Unsettled>;
};

/** Begin, charge, settle (rules.md 3), each in its own transaction, with the charge between them in none. */
export async function withAttempt<Done extends { kind: string }>(
  needs: ChargeNeeds,
  card: Card | undefined,
  purchase: Purchase<Done>,
): Promise<Done | Unsettled> {
  const place = card && needs.gateway.admit();
  try {
    const lease = startLease(needs.paymentTimeoutSeconds);
    const canCharge = place ? 'yes' : card ? 'no room' : 'no card';
    // A refusal before that never reaches the gateway, and the connection opens while the database writes the attempt.
    const onSend = () => place?.prepare();
    const begun = await beginAttempt(needs, { ...purchase, lease, canCharge, onSend });
    if (!isToCharge(begun)) return begun;
    if (!place || !card) throw new Error('a charge was begun without a card');
    const { attempt, amount } = begun;
    const mayBeSent = lastCheck(lease);
    const outcome = await place.charge({ attemptId: attempt.attemptId, amount, card, mayBeSent });
    const charged = { attempt, amount, outcome };
    return await writeOutcome<Done>(
      needs,
      { attempt, outcome, lease, ...(purchase.bookingId !== undefined && { bookingId: purchase.bookingId }) },
      { write: () => purchase.settle(charged), leave: () => purchase.leave(charged) },
    );
  } finally {
    place?.leave();
  }
}

const isToCharge = (begun: { kind: string }): begun is ToCharge => begun.kind === 'charge';
