import { createHmac, randomBytes } from 'node:crypto';
import { execute, one, sql, type Sql } from '../platform/database/db.ts';

/** What is stored of a request's body to recognise a repetition: the mark, and the hash of older programs. */
export type BodyMarks = { bodyMark: Buffer; fingerprint: Buffer };
export type Marker = {
  marksOf(body: unknown): BodyMarks;
  /** Whether rows without a mark cannot be compared, because the secret of their hashes is gone. */
  readonly isSecretGone: boolean;
};

// A body has the fields of its schema and no others by now; these are all that a card is in.
const CARD = new Set(['card_number', 'cvv', 'expiry_month', 'expiry_year', 'cardholder_name']);
const TRACE_BYTES = 2;

/**
 * Marks bodies with a secret that the database keeps, so a new token secret changes no mark. A reader of the
 * database has that secret and could try all card numbers, so a card leaves only sixteen bits. A different
 * card gets the same mark once in 65,536 times, and far too many cards share a mark to find the real one.
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

/** The same card leaves the same bits whatever it pays for, so several marks reveal no more than one. */
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
