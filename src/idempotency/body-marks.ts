import { createHmac, randomBytes } from 'node:crypto';
import { execute, one, sql, type Sql } from '../platform/database/db.ts';

/** What is kept of a request's body, to know another one by: the mark, and what older programs keep. */
export type BodyMarks = { bodyMark: Buffer; fingerprint: Buffer };
export type Marker = {
  marksOf(body: unknown): BodyMarks;
  /** Whether rows without a mark cannot be judged, since the secret that they were made by is gone. */
  readonly isSecretGone: boolean;
};

// A body has the fields of its schema and no others by now; these are all that a card is in.
const CARD = new Set(['card_number', 'cvv', 'expiry_month', 'expiry_year', 'cardholder_name']);
const TRACE_BYTES = 2;

/**
 * Marks bodies by a secret that is kept in the database, so that rotating the one of tokens changes no mark. Whoever has
 * the database has that secret too, and could try all card numbers; so a card leaves sixteen bits. Another card is known
 * by them all but once in 65,536 times, and of all cards that there could be, far too many leave the same.
 */
export async function openMarker(on: Sql, tokenSecret: string): Promise<Marker> {
  const tokenSecretMark = hmac(tokenSecret, 'the secret of tokens').subarray(0, 8);
  await execute(
    on,
    sql`
    insert into idempotency_secret (secret, token_secret_mark)
    values (${randomBytes(48).toString('base64url')}, ${tokenSecretMark})
    on conflict (id) do nothing`,
  );
  const kept = await one<{ secret: string; mark: Buffer }>(
    on,
    sql`
    select secret, token_secret_mark as mark
    from idempotency_secret`,
  );
  return {
    marksOf: (body) => ({
      bodyMark: markOf(kept.secret, body as Record<string, unknown>),
      fingerprint: hmac(tokenSecret, JSON.stringify(body)),
    }),
    isSecretGone: !kept.mark.equals(tokenSecretMark),
  };
}

/** The same card leaves the same trace beside whatever it pays for: more of them tell no more. */
function markOf(secret: string, body: Record<string, unknown>): Buffer {
  const isCard = ([name]: [string, unknown]) => CARD.has(name);
  const fields = Object.entries(body);
  const part = (some: [string, unknown][]) => hmac(secret, JSON.stringify(some));
  return Buffer.concat([
    part(fields.filter((field) => !isCard(field))),
    part(fields.filter(isCard)).subarray(0, TRACE_BYTES),
  ]);
}

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest();
