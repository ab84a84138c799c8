import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Pool } from '../platform/db.ts';
import { Refusal, unavailable } from '../platform/errors.ts';
import type { UnderWay } from '../platform/under-way.ts';
import { leaseSeconds, type Card, type Gateway } from '../payments/payments.ts';
import type { Seats } from '../shows/shows.ts';
import { beginPayment } from './begin-payment.ts';
import type { PaidBooking } from './receipt.ts';
import { settlePayment, type Charge, type Settled } from './settle-payment.ts';

export type PayNeeds = {
  pool: Pool;
  gateway: Gateway;
  paymentTimeoutSeconds: number;
  seats: Seats;
  underWay: UnderWay;
  log: FastifyBaseLogger;
  /** Told when a hold has gone back to an end that may be past already. */
  onRelease: () => void;
};
export type Payment = {
  username: string;
  bookingId: number;
  method: 'Card' | 'Wallet';
  card: Card | undefined;
};

// A client whose charge cannot be written down waits no longer than this for the database to come back.
const PATIENCE_MS = 4_500;
const RETRY_MS = 250;

/** Pays a hold: begin, charge, settle (rules.md 3). Throws the payment refusals of api.md. */
export async function pay(needs: PayNeeds, payment: Payment): Promise<PaidBooking> {
  const { pool, gateway, paymentTimeoutSeconds, underWay } = needs;
  const place = payment.card && gateway.admit();
  try {
    const order = {
      ...payment,
      leaseSeconds: leaseSeconds(paymentTimeoutSeconds),
      canCharge: place ? 'yes' : payment.card ? 'no room' : 'no card',
    } as const;
    const begun = await beginPayment(pool, order);
    if (begun.kind === 'paid') return announce(needs, begun);
    if (!place || !payment.card) throw new Error('a charge was begun without a card');
    const { attempt, amount } = begun;
    const outcome = await place.charge({ attemptId: attempt.attemptId, amount, card: payment.card });
    const charge = { order, attempt, amount: amount.toFixed(2), outcome };
    const settled = await withinPatience(underWay.track(settleUntilWritten(needs, charge)));
    return announce(needs, settled);
  } finally {
    place?.leave();
  }
}

function announce({ seats, onRelease }: PayNeeds, settled: Settled): PaidBooking {
  if (settled.kind === 'paid') {
    seats.changed(settled);
    return settled.booking;
  }
  onRelease();
  throw settled.refusal;
}

/**
 * Nobody else knows how the charge went: it is written again and again until the lease ends, and if it could not be,
 * attempt and transaction are in the log for the operator.
 */
async function settleUntilWritten({ pool, log }: PayNeeds, charge: Charge): Promise<Settled> {
  const { attempt, order, outcome } = charge;
  const facts = {
    attempt: attempt.id,
    attemptId: attempt.attemptId,
    bookingId: order.bookingId,
    outcome: outcome.kind,
    ...(outcome.kind === 'charged' && { transactionId: outcome.transactionId }),
  };
  const givesUpAt = performance.now() + order.leaseSeconds * 1_000;
  for (;;) {
    try {
      const settled = await settlePayment(pool, charge);
      if (settled.kind === 'refused' && settled.unconfirmed) log.error(facts, 'charged but not confirmed');
      return settled;
    } catch (error) {
      const passing = error instanceof Refusal && error.status === 503;
      if (!passing || performance.now() > givesUpAt) {
        log.error({ ...facts, err: error }, 'the outcome of a charge could not be written');
        throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

function withinPatience(settled: Promise<Settled>): Promise<Settled> {
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
    throw unavailable();
  });
  late.catch(() => undefined);
  return Promise.race([settled, late]).finally(() => patience.abort());
}
