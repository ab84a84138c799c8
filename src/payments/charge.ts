import type { Socket } from 'node:net';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import type { Decimal } from 'decimal.js';
import type { Card } from './card.ts';
import { openConnection, type Connection } from './connection.ts';
import { post } from './exchange.ts';
import type { MayBeSent } from './lease.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

export type ChargeRequest = { attemptId: string; amount: Decimal; card: Card; mayBeSent: MayBeSent };
export type Terms = { url: URL; apiKey: string; timeoutSeconds: number; idempotent: boolean };

const RECONNECT_DELAY_MS = 100;

/**
 * Charges a card once, within the time-out, connecting included. `early` is a connection that was opened
 * ahead of it.
 */
export async function chargeCard(terms: Terms, order: ChargeRequest, early?: Connection): Promise<Outcome> {
  const body = paymentBody(order);
  const timeoutMs = terms.timeoutSeconds * 1000;
  if (!terms.idempotent) return ask(terms, order, { body, timeoutMs, early });

  // A second request must fit into the same time-out, so the first one waits for half of it.
  const startedAt = performance.now();
  const first = await ask(terms, order, { body, timeoutMs: timeoutMs / 2, early });
  if (first.kind !== 'unknown' || !['silent', 'cut'].includes(first.reason)) return first;
  const leftMs = timeoutMs - (performance.now() - startedAt);
  const again = await ask(terms, order, { body, timeoutMs: leftMs });
  // Only an answer about this charge says what became of it. A refusal to look it up does not.
  return again.kind === 'charged' || again.kind === 'declined' ? again : first;
}

type Asking = { body: string; timeoutMs: number; early?: Connection | undefined };

async function ask(terms: Terms, order: ChargeRequest, { body, timeoutMs, early }: Asking): Promise<Outcome> {
  const endsAt = performance.now() + timeoutMs;
  const signal = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
  let isSent = false;
  const mayBeSent = () => {
    const leftMs = endsAt - performance.now();
    isSent = leftMs > 0 && order.mayBeSent(leftMs);
    return isSent;
  };
  try {
    const socket = await reach(terms.url, signal, early);
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-api-key': terms.apiKey,
      'idempotency-key': order.attemptId,
    };
    const answer = await post(socket, { url: terms.url, headers, body, signal, mayBeSent });
    return answer ? outcomeOf(answer, order.card) : { kind: 'notCharged', reason: 'late' };
  } catch (error) {
    return isSent ? whatMayHaveCharged(signal, error) : whatDidNotCharge(signal, error);
  }
}

const whatDidNotCharge = (signal: AbortSignal, error: unknown): Outcome =>
  signal.aborted
    ? { kind: 'notCharged', reason: 'silent' }
    : { kind: 'notCharged', reason: 'unreachable', code: codeOf(error) };

function whatMayHaveCharged(signal: AbortSignal, error: unknown): Outcome {
  if (signal.aborted) return { kind: 'unknown', reason: 'silent' };
  return { kind: 'unknown', reason: codeOf(error).startsWith('HPE_') ? 'unreadable' : 'cut' };
}

/**
 * Each charge has a connection of its own: one that was used before may be dead without a sign, and a charge
 * that is lost on it has no known outcome. Without a connection nothing was sent, so a second try cannot
 * charge twice.
 */
async function reach(url: URL, signal: AbortSignal, early: Connection | undefined): Promise<Socket> {
  try {
    return (await (early && openedEarly(early, signal))) ?? (await openConnection(url).opened(signal));
  } catch {
    await wait(RECONNECT_DELAY_MS, undefined, { signal });
    return openConnection(url).opened(signal);
  }
}

/**
 * The socket of the early connection, if it is still good. Otherwise closes it, because a gateway that serves one
 * connection at a time would wait on it while the charge waits on another.
 */
async function openedEarly(early: Connection, signal: AbortSignal): Promise<Socket | undefined> {
  if (early.isFresh()) {
    const socket = await early.opened(signal);
    // While this process was busy, the gateway may have closed it. The event loop knows after it has polled once more.
    await setImmediate();
    await setImmediate();
    if (early.isFresh()) return socket;
  }
  early.close();
  return undefined;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** The amount goes in as the decimal's own digits: a JavaScript number would be binary. */
function paymentBody({ amount, card }: ChargeRequest): string {
  const fields = JSON.stringify({
    card_number: card.number,
    cvv: card.cvv,
    expiry: expiryOf(card),
    name: card.holder,
    timestamp: new Date().toISOString(),
  });
  return `${fields.slice(0, -1)},"amount":${amount.toFixed()}}`;
}

/** MM/YY of what people type ("5", "2035"); the gateway judges the rest. */
function expiryOf({ expiryMonth, expiryYear }: Card): string {
  const month = expiryMonth.trim().replace(/^\d$/, '0$&');
  const year = expiryYear.trim().replace(/^20(\d\d)$/, '$1');
  return `${month}/${year}`;
}
