import type { FieldError } from '../platform/errors.ts';
import type { Answer } from './exchange.ts';

/** A card as the client typed it; the gateway judges it. */
export type Card = {
  number: string;
  cvv: string;
  expiryMonth: string;
  expiryYear: string;
  holder: string;
};

/** What became of a charge. Only `charged` moved money; only `unknown` may have. */
export type Outcome =
  | { kind: 'charged'; transactionId: string }
  | { kind: 'declined' }
  | { kind: 'refused'; errors: readonly FieldError[] }
  | { kind: 'keyRefused' }
  | { kind: 'busy' }
  | { kind: 'notCharged'; reason: 'unreachable' | 'silent' | 'status'; status?: number; code?: string }
  | { kind: 'unknown'; reason: 'silent' | 'cut' | 'unreadable' | 'status'; status?: number };

const MAX_ERRORS = 10;
const MAX_MESSAGE_LENGTH = 200;

/** What a whole answer of the gateway means. */
export function judge({ status, text }: Answer, card: Card): Outcome {
  switch (status) {
    case 200:
      return judgePayment(parse(text), card);
    case 422:
      return { kind: 'refused', errors: readErrors(parse(text), card) };
    case 400:
      return judgeIncomplete(card);
    case 403:
      return { kind: 'keyRefused' };
    case 429:
    case 503:
      return { kind: 'notCharged', reason: 'status', status };
    default:
      return { kind: 'unknown', reason: 'status', status };
  }
}

function judgePayment(answer: unknown, card: Card): Outcome {
  if (!isRecord(answer) || typeof answer.status !== 'string' || answer.status === '') return unreadable();
  if (answer.status !== 'SUCCESS') return { kind: 'declined' };
  const transactionId = answer.transaction_id;
  if (typeof transactionId !== 'string' || !isRecordable(transactionId, card)) return unreadable();
  return { kind: 'charged', transactionId };
}

const unreadable = (): Outcome => ({ kind: 'unknown', reason: 'unreadable', status: 200 });

/** The column takes 255 characters, PostgreSQL no U+0000, and nobody may make us store a card number. */
const isRecordable = (id: string, { number }: Card) =>
  /^[^\p{C}]{1,255}$/u.test(id) && id.trim() !== '' && !(number.length >= 8 && id.includes(number));

/** A 400 says that a field is missing: the client's fault if it left one empty, else ours. */
function judgeIncomplete({ number, cvv, holder }: Card): Outcome {
  const errors = Object.entries({ card_number: number, cvv, name: holder })
    .filter(([, value]) => value === '')
    .map(([field]) => ({ field, message: 'This field is required' }));
  return errors.length > 0
    ? { kind: 'refused', errors }
    : { kind: 'notCharged', reason: 'status', status: 400 };
}

function readErrors(answer: unknown, card: Card): FieldError[] {
  if (!isRecord(answer) || !Array.isArray(answer.errors)) return [];
  return answer.errors
    .filter(isRecord)
    .filter((error): error is { field: unknown; message: string } => typeof error.message === 'string')
    .slice(0, MAX_ERRORS)
    .map(({ field, message }) => ({
      field: typeof field === 'string' && /^[A-Za-z_]{1,40}$/.test(field) ? field : 'card',
      message: scrub(message, card).slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
    }));
}

/** The gateway's words without control characters and without what it may have echoed of the card. */
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
