import type { FieldError } from '../platform/errors.ts';
import { CARD, faultyFields, REQUIRED, type Card, type CardFault } from './card.ts';
import type { Answer } from './exchange.ts';

/** What became of a charge. Only `charged` moved money; only `unknown` may have. */
export type Outcome =
  | { kind: 'charged'; transactionId: string }
  | { kind: 'declined' }
  /**
   * `gatewayFaults`: the faults under the gateway's field names; `errors`: the same under ours, and the missing
   * fields.
   */
  | { kind: 'refused'; gatewayFaults: readonly CardFault[]; errors: readonly FieldError[] }
  | { kind: 'keyRefused' }
  | {
      kind: 'notCharged';
      /** `late`: too little of the lease was left, and nothing was sent. */
      reason: 'unreachable' | 'silent' | 'late' | 'status';
      status?: number;
      code?: string;
    }
  | { kind: 'unknown'; reason: 'silent' | 'cut' | 'unreadable' | 'status'; status?: number };

const MAX_ERRORS = 10;
const MAX_MESSAGE_LENGTH = 200;

/** What a whole answer of the gateway means. */
export function outcomeOf({ status, text }: Answer, card: Card): Outcome {
  switch (status) {
    case 200:
      return outcomeOfPayment(parse(text), card);
    case 422:
      return refused(readErrors(parse(text), card), card);
    case 400:
      return outcomeOfIncomplete(card);
    case 403:
      return { kind: 'keyRefused' };
    case 429:
    case 503:
      return { kind: 'notCharged', reason: 'status', status };
    default:
      return { kind: 'unknown', reason: 'status', status };
  }
}

function outcomeOfPayment(answer: unknown, card: Card): Outcome {
  if (!isRecord(answer) || typeof answer.status !== 'string' || answer.status === '') return unreadable();
  if (answer.status !== 'SUCCESS') return { kind: 'declined' };
  const transactionId = answer.transaction_id;
  if (typeof transactionId !== 'string' || !isRecordable(transactionId, card)) return unreadable();
  return { kind: 'charged', transactionId };
}

const unreadable = (): Outcome => ({ kind: 'unknown', reason: 'unreadable', status: 200 });

/**
 * The column has 255 characters, PostgreSQL rejects U+0000, and no answer may make us store a card number.
 */
const isRecordable = (id: string, { number }: Card) =>
  /^[^\p{C}]{1,255}$/u.test(id) && id.trim() !== '' && !(number.length >= 8 && id.includes(number));

/** A 400 says that a field is missing: the client's fault if the client left it empty, else ours. */
function outcomeOfIncomplete(card: Card): Outcome {
  const { number, cvv, holder } = card;
  const gatewayFaults = Object.entries({ card_number: number, cvv, name: holder })
    .filter(([, value]) => value === '')
    .map(([field]) => ({ field, message: REQUIRED }));
  return gatewayFaults.length > 0
    ? refused(gatewayFaults, card)
    : { kind: 'notCharged', reason: 'status', status: 400 };
}

const refused = (gatewayFaults: readonly CardFault[], card: Card): Outcome => ({
  kind: 'refused',
  gatewayFaults,
  errors: faultyFields(gatewayFaults, card),
});

function readErrors(answer: unknown, card: Card): CardFault[] {
  if (!isRecord(answer) || !Array.isArray(answer.errors)) return [];
  return answer.errors
    .filter(isRecord)
    .filter((error): error is { field: unknown; message: string } => typeof error.message === 'string')
    .slice(0, MAX_ERRORS)
    .map(({ field, message }) => ({
      field: typeof field === 'string' && /^[A-Za-z_]{1,40}$/.test(field) ? field : CARD,
      message: scrub(message, card).slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
    }));
}

/** The gateway's words without control characters and without any card data that they echo. */
function scrub(words: string, { number, cvv, holder }: Card): string {
  const name = holder.trim();
  const line = words.replace(/[\s\p{C}]+/gu, ' ').trim();
  const withoutName = name.length >= 3 ? line.replaceAll(name, '***') : line;
  return withoutName
    .replace(/\d(?:[ -]?\d){6,}/g, '***')
    .replace(/\d{3,}/g, (run) => (run === cvv || (run.length > 3 && number.includes(run)) ? '***' : run));
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
