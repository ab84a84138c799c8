import { validateHeaderValue } from 'node:http';
import { chargeCard, type ChargeRequest, type Terms } from './charge.ts';
import { openConnection, type Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';

/** One of the charges that may be under way at once. */
export type Place = {
  /** Opens a connection for a charge that is likely to follow. Sends nothing, and never throws. */
  prepare(): void;
  /** Takes at most the time-out and never throws. */
  charge(order: ChargeRequest): Promise<Outcome>;
  /** Gives the place back, and closes a connection that was not used. A second call does nothing. */
  leave(): void;
};

export type Gateway = {
  /** Takes a place before the payment begins. Undefined while all places are taken (`paymentsBusy`). */
  admit(): Place | undefined;
  underWay(): number;
};

export type GatewaySettings = {
  /** `/payment` is appended to this URL. It may have a path. */
  url: string;
  apiKey: string;
  timeoutSeconds: number;
  /** Whether the gateway honours `Idempotency-Key`, so a charge without an answer may be sent again. */
  idempotent?: boolean;
  maxUnderWay?: number;
  onOutcome?: (kind: Outcome['kind']) => void;
  log: Log;
};
type Log = { info(facts: object, message: string): void; warn(facts: object, message: string): void };

/** Throws if the URL is invalid or the key cannot be sent in a header. */
export function createGateway(settings: GatewaySettings): Gateway {
  const { apiKey, timeoutSeconds, idempotent = false, maxUnderWay = 256 } = settings;
  validateHeaderValue('x-api-key', apiKey);
  const url = new URL(`${settings.url.replace(/\/+$/, '')}/payment`);
  const terms: Terms = { url, apiKey, timeoutSeconds, idempotent };
  const places = new Set<Place>();

  function admit(): Place | undefined {
    if (places.size >= maxUnderWay) return undefined;
    let early: Connection | undefined;
    const place: Place = {
      prepare() {
        early ??= openConnection(url);
      },
      charge: (order) => chargeLogged(() => chargeCard(terms, order, early), order, settings),
      leave() {
        early?.close();
        places.delete(place);
      },
    };
    places.add(place);
    return place;
  }

  return { admit, underWay: () => places.size };
}

async function chargeLogged(
  charge: () => Promise<Outcome>,
  order: ChargeRequest,
  { log, onOutcome }: GatewaySettings,
): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await charge();
  const latencyMs = Math.round(performance.now() - startedAt);
  const level = ['charged', 'declined', 'refused'].includes(outcome.kind) ? 'info' : 'warn';
  log[level]({ attemptId: order.attemptId, ...facts(outcome), latencyMs }, 'card charge');
  onOutcome?.(outcome.kind);
  return outcome;
}

/** An outcome for the log. Of a refusal it has only the fields, not the gateway's words. */
function facts(outcome: Outcome): object {
  if (outcome.kind === 'refused')
    return { outcome: outcome.kind, fields: outcome.errors.map((e) => e.field) };
  const { kind, ...details } = outcome;
  return { outcome: kind, ...details };
}
